"""Races a second with 1, 2 and 4 scorers, on copies of recorded features.

The scorers are stopped (SIGSTOP) while the copies are sent, so that they begin together and the sender takes no share
of their cores. The time is from the first to the last signals message, as the scorers stamped them. If the broker runs
on the scorers' machine, it does share their cores.
"""

import report
import world
from messages import Sender
from stack import note
from worker import wait_until

FEATURES, SIGNALS = "race.features.backfill", "race.signals.backfill"
WARM_UP = 500
# Being stopped must not end the membership. The mock cluster also waits this long to rebalance.
PATIENCE_MS, MOCK_PATIENCE_MS = 60_000, 15_000


def add_options(parser):
    world.add_options(parser, seasons=1)
    parser.add_argument("--record", type=int, default=3000, help="races to record features of")
    parser.add_argument("--messages", type=int, default=20_000, help="copies to score in a run")
    parser.add_argument("--scorers", type=int, nargs="+", default=[1, 2, 4], help="numbers of scorers to compare")
    parser.add_argument("--runs", type=int, default=3, help="runs of each number")


def run(stack, options):
    world.prepare(stack, options)
    recorded, size = world.record_features(stack, options.record)
    count = world.limit_for_mock(stack, options.messages, size, "--messages")
    runs = {n: [] for n in options.scorers}
    # Alternating, so that a drift of the machine hits every number.
    for number in range(options.runs):
        for scorers in options.scorers:
            runs[scorers].append(one_run(stack, scorers, number, recorded, count))
    return conclude(runs, options.scorers[0])


def one_run(stack, count, number, recorded, messages):
    note(f"{count} scorers, run {number + 1}")
    group = f"{stack.prefix}scorers.{count}.{number}"
    stack.topics.start_group_at_end(group + ".backfill", FEATURES)
    patience = str(MOCK_PATIENCE_MS if stack.is_mock else PATIENCE_MS)
    scorers = stack.start(*["scorer"] * count, KAFKA_GROUP_ID=group, KAFKA_SESSION_TIMEOUT_MS=patience,
                          KAFKA_MAX_POLL_INTERVAL_MS="300000")
    wait_until(lambda: is_balanced(stack, scorers), 180, f"{count} scorers share {FEATURES}", every=1)
    # Each scorer loads the bundle, and its batches start with one race and grow.
    score(stack, scorers, recorded, WARM_UP)
    begin = stack.topics.ends(SIGNALS)
    cpu = [s.cpu_seconds() for s in scorers]
    score(stack, scorers, recorded, messages)
    used = [s.cpu_seconds() - before for s, before in zip(scorers, cpu)]
    end = stack.topics.ends(SIGNALS)
    seconds = stack.topics.seconds_between(SIGNALS, begin, end)
    shares = [s.partitions(stack.prefix + FEATURES) for s in scorers]
    stack.stop_workers()
    return report.measurement(mode="scorers", scorers=count, run=number + 1, races=messages,
                              signals=sum(end.values()) - sum(begin.values()), seconds=seconds,
                              races_per_second=messages / seconds, cpu_ms_per_race=sum(used) / messages * 1000,
                              cores_used=sum(used) / seconds, partitions=shares)


def is_balanced(stack, scorers):
    """Whether the scorers hold all partitions in equal shares."""
    for scorer in scorers:
        scorer.check()
    partitions = len(stack.topics.partitions(FEATURES))
    shares = [s.partitions(stack.prefix + FEATURES) for s in scorers]
    return sum(shares) == partitions and max(shares) - min(shares) <= 1


def score(stack, scorers, recorded, count):
    """Sends copies to the stopped scorers, and lets them score until all have signals."""
    begin = sum(stack.topics.ends(SIGNALS).values())
    for scorer in scorers:
        scorer.pause()
    sender = Sender(stack.bootstrap)
    for number in range(count):
        sender.send(stack.prefix + FEATURES, *recorded[number % len(recorded)])
    sender.finish()
    for scorer in scorers:
        scorer.resume()

    def is_done():
        for scorer in scorers:
            scorer.check()
        return sum(stack.topics.ends(SIGNALS).values()) - begin >= count

    wait_until(is_done, 60 + count / 10, f"signals of {count} races", every=0.5)


def conclude(runs, base):
    keys = ("races_per_second", "cpu_ms_per_race", "cores_used")
    one = report.median(runs[base], keys[0])
    rows = []
    for scorers, measured in runs.items():
        rates = [m[keys[0]] for m in measured]
        medians = [report.median(measured, k) for k in keys]
        rows.append((f"{scorers} scorers", *medians, min(rates), max(rates), medians[0] / one))
    report.table(f"Medians of {len(runs[base])} runs",
                 ("", "races/s", "CPU ms/race", "cores", "slowest/s", "fastest/s", f"ratio to {base}"), rows)
    return 0
