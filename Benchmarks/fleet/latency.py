"""The latency of live races on a fleet at rest: one feature-builder, one scorer, one publisher.

The latency of a race is from sending its request to the commit of its rows, by pg_xact_commit_timestamp. The clock of
Postgres must be this machine's.
"""

import lanes
import messages
import report
import world
from live import LiveLoad
from stack import note


def add_options(parser):
    world.add_options(parser, seasons=3)
    parser.add_argument("--rate", type=float, default=20, help="live requests a second")
    parser.add_argument("--seconds", type=float, default=60, help="how long to send them")
    parser.add_argument("--warm-up", type=float, default=10, help="seconds of live requests before that")


def run(stack, options):
    model = world.prepare(stack, options)
    load = LiveLoad(stack, messages.generate(stack.folder), model, options.rate)
    workers = stack.start("feature-builder", "scorer", "publisher")
    # The first race waits until the feature-builder has read the form book.
    note("warming up")
    load.run(options.warm_up)
    before = [w.cpu_seconds() for w in workers]
    measured = lanes.phase("at rest", load, options, mode="latency")
    spent = {w.name: (w.cpu_seconds() - b) * 1000 / len(measured[1].sent) for w, b in zip(workers, before)}
    stack.stop_workers()
    lanes.stages(load, measured)
    report.measurement(mode="latency", cpu_ms_a_race=spent)
    figures = measured[0]
    report.table("Milliseconds from a live request to its rows", ("", "p50", "p95", "p99", "max", "no rows"),
                 [(figures["phase"], *(figures[k] for k in ("p50_ms", "p95_ms", "p99_ms", "max_ms", "without_rows")))])
    return report.verdict(not figures["without_rows"], "rows for every request")
