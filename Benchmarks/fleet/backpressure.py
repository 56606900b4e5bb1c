"""A Postgres that becomes slow: what cannot be written waits in Kafka, and the workers' memory stays bounded."""

import time

import memory
import report
import world
from worker import wait_until

SIGNALS = "race.signals.backfill"
# librdkafka fetches 64 MiB ahead; a batch is decoded beside it.
ALLOWED_MIB = 256
# Each statement that writes signals takes this much longer.
SLOW = """
    CREATE OR REPLACE FUNCTION modeling.bench_delay() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep({delay}); RETURN NULL; END $$;
    CREATE TRIGGER bench_delay AFTER INSERT ON modeling.signals
        FOR EACH STATEMENT EXECUTE FUNCTION modeling.bench_delay()"""
FAST = "DROP TRIGGER IF EXISTS bench_delay ON modeling.signals; DROP FUNCTION IF EXISTS modeling.bench_delay()"


def add_options(parser):
    world.add_options(parser, seasons=1)
    parser.add_argument("--record", type=int, default=3000, help="races to record features of")
    parser.add_argument("--messages", type=int, default=60_000, help="copies to send")
    parser.add_argument("--delay", type=float, default=5, help="seconds that each write takes longer")
    parser.add_argument("--seconds", type=int, default=60, help="how long Postgres is slow")
    parser.add_argument("--every", type=float, default=5, help="seconds between two samples")
    parser.set_defaults(distinct=True)


def run(stack, options):
    world.prepare(stack, options)
    recorded, size = world.record_features(stack, options.record)
    count = world.limit_for_mock(stack, options.messages, size, "--messages")
    options.messages = count
    workers = stack.start("scorer", "publisher")
    watch = memory.Watch(stack, workers, options)
    watch.before = watch._committed()
    watch.began = time.monotonic()
    # A warm start: memory is compared with that of a fleet that has worked.
    warm = min(5_000, count // 4)
    send(watch, recorded, range(warm))
    wait_until(lambda: watch.outstanding() <= 0, 300, "the first messages are published")
    with stack.connect() as connection:
        connection.execute(SLOW.format(delay=options.delay))
    before = {w.name: w.rss_mib() for w in workers}
    send(watch, recorded, range(warm, count))
    lines, worst = [], {}
    until = time.monotonic() + options.seconds
    while time.monotonic() < until:
        time.sleep(options.every)
        sample(watch, workers, lines, worst, "slow")
    with stack.connect() as connection:
        connection.execute(FAST)
    began = time.monotonic()
    wait_until(lambda: watch.outstanding() <= 0, 600, "everything is published", every=0.5)
    drained = time.monotonic() - began
    sample(watch, workers, lines, worst, "fast")
    growth = {w.name: worst[w.name] - before[w.name] for w in workers}
    report.measurement(mode="backpressure", messages=count, worst_lag=watch.worst_lag, seconds_to_drain=drained,
                       growth_mib=growth, rss_before=before, rss_worst=worst)
    report.table(f"{count} messages; each write takes {options.delay} s longer for {options.seconds} s; "
                 f"drained {drained:.0f} s after that",
                 ("scorer's lag", "publisher's lag", "scorer MiB", "publisher MiB"), lines)
    return report.verdict(max(growth.values()) <= ALLOWED_MIB,
                          f"at most {ALLOWED_MIB} MiB more than before: what a worker fetches ahead")


def send(watch, recorded, numbers):
    copies = list(numbers)
    watch.send((memory.copy_of(recorded, n, watch.schema) for n in copies), len(copies))
    watch.sender.finish()


def sample(watch, workers, lines, worst, state):
    watch.outstanding()
    scored = sum(watch.stack.topics.ends(SIGNALS).values()) - watch.before
    sizes = {w.name: w.rss_mib() for w in workers}
    for name, size in sizes.items():
        worst[name] = max(worst.get(name, 0), size)
    lines.append((f"{state} {time.monotonic() - watch.began:.0f} s", watch.sent - scored, scored - watch.published,
                  *sizes.values()))
