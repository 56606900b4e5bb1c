"""How much a backfill under way delays live races: one feature-builder, one scorer, one publisher.

The latency of a race is from sending its request to the commit of its rows, by pg_xact_commit_timestamp. The clock of
Postgres must be this machine's.
"""

import time

import messages
import report
import world
from live import LiveLoad
from stack import note
from worker import stop, wait_until

ALLOWED_MS = 100


def add_options(parser):
    world.add_options(parser, seasons=11)
    parser.add_argument("--backfill", type=int, default=100_000, help="races to backfill")
    parser.add_argument("--rate", type=float, default=20, help="live requests a second")
    parser.add_argument("--seconds", type=float, default=60, help="length of a phase")
    parser.add_argument("--settle", type=float, default=90, help="the most seconds to wait for its full speed")
    parser.add_argument("--warm-up", type=float, default=10, help="seconds of live requests before the first phase")


def run(stack, options):
    model = world.prepare(stack, options)
    first, last, races = world.window(stack, options.backfill)
    load = LiveLoad(stack, messages.generate(stack.folder), model, options.rate)
    workers = stack.start("feature-builder", "scorer", "publisher")
    # The first race waits until the feature-builder has read the form book.
    note("warming up")
    load.run(options.warm_up)
    alone = phase("without backfill", load, options)
    backfill = stack.begin(f"backfill --from {first} --to {last} --json")
    wait_until(lambda: backfilled(stack) or check(stack, backfill), 300, "the backfill's first rows")
    settle(stack, options.settle)
    begin, cpu = time.time(), [w.cpu_seconds() for w in workers]
    beside = phase("during a backfill", load, options)
    end = time.time()
    cores = {w.name: (w.cpu_seconds() - before) / (end - begin) for w, before in zip(workers, cpu)}
    was_running = backfill.poll() is None
    stop([backfill])
    stack.stop_workers()
    speed = backfilled(stack, begin, end) / (end - begin)
    stages(load, alone, beside)
    report.measurement(mode="lanes", phase="backfill", races=races, races_per_second=speed, cores=cores,
                       was_running_at_the_end=was_running)
    if not was_running:
        check(stack, backfill)
    return conclude(alone[0], beside[0], speed)


def settle(stack, seconds):
    """Waits for the backfill's full speed.

    Its command is slow until modeling.signals, which was empty, has statistics. A table in use has them.
    """
    deadline = time.monotonic() + seconds
    with stack.connect() as connection:
        while time.monotonic() < deadline and not connection.execute(
                "SELECT last_autoanalyze FROM pg_stat_user_tables WHERE relid = 'modeling.signals'::regclass"
        ).fetchone()[0]:
            time.sleep(1)
    note(f"modeling.signals had statistics {max(0, deadline - time.monotonic()):.0f} s before the limit of --settle")
    # Its batches start with one race and grow.
    time.sleep(5)


def percentiles(milliseconds):
    figures = {f"p{share}_ms": report.percentile(milliseconds, share / 100) for share in (50, 95, 99)}
    return {**figures, "max_ms": max(milliseconds)}


def phase(name, load, options, mode="lanes"):
    note(f"{name}: {options.seconds:g} s of {options.rate:g} requests a second")
    answers = load.run(options.seconds)
    if not answers.committed:
        raise SystemExit(f"no request of the phase {name} got rows")
    figures = report.measurement(mode=mode, phase=name, requests=len(answers.sent), without_rows=answers.missing,
                                 **percentiles(answers.latencies), sender_late_ms=answers.late * 1000)
    return figures, answers


def stages(load, *phases):
    """Where the time of each phase goes, by the time that each worker gave its message."""
    features, signals = load.produced()
    for figures, answers in phases:
        times = [(answers.sent[key], features[key], signals[key], at) for key, at in answers.committed.items()]
        for number, stage in enumerate(("features", "signals", "rows")):
            spent = [(moments[number + 1] - moments[number]) * 1000 for moments in times]
            report.measurement(mode=figures["mode"], phase=figures["phase"], stage=stage, **percentiles(spent))


def backfilled(stack, begin=0, end=2e9):
    """How many races a backfill has committed between two times."""
    with stack.connect() as connection:
        return connection.execute("""
            SELECT count(DISTINCT race_id) FROM modeling.signals
             WHERE origin = 'backfill' AND pg_xact_commit_timestamp(xmin) BETWEEN to_timestamp(%s) AND to_timestamp(%s)
        """, (begin, end)).fetchone()[0]


def check(stack, backfill):
    if backfill.poll() is not None:
        log = (stack.folder / "command.log").read_text().strip()[-600:]
        raise SystemExit(f"the backfill ended too early, with {backfill.returncode}: use a larger --backfill\n{log}")


def conclude(alone, beside, speed):
    keys = ("p50_ms", "p95_ms", "p99_ms", "max_ms", "without_rows")
    difference = beside["p99_ms"] - alone["p99_ms"]
    report.table("Milliseconds from a live request to its rows", ("", "p50", "p95", "p99", "max", "no rows"),
                 [(m["phase"], *(m[k] for k in keys)) for m in (alone, beside)])
    print(f"  backfill beside it: {speed:.0f} races a second; difference of p99: {difference:.1f} ms")
    is_complete = not alone["without_rows"] and not beside["without_rows"]
    return report.verdict(difference <= ALLOWED_MS and is_complete,
                          f"p99 at most {ALLOWED_MS} ms above that without a backfill, and rows for every request")
