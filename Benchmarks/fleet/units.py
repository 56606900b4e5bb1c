"""What one race costs the fleet: CPU of each worker, bytes of its messages, rows and WAL.

Backfills a window with one feature-builder, one scorer and one publisher, and divides by its races.
"""

import time

import report
import world
from stack import note

TOPICS = ("race.requests.backfill", "race.features.backfill", "race.signals.backfill")
TABLES = ("signals", "race_expectations")


def add_options(parser):
    world.add_options(parser, seasons=3)
    parser.add_argument("--races", type=int, default=5000, help="races to backfill")


def run(stack, options):
    world.prepare(stack, options)
    first, last, races = world.window(stack, options.races, first=world.AFTER_TRAINING)
    workers = stack.start("feature-builder", "scorer", "publisher")
    # The first race waits until the feature-builder has read the form book.
    stack.giddyup(f"backfill --from {last} --to {last}")
    sizes = message_bytes(stack)
    with stack.connect() as connection:
        before = tables(connection)
        wal = connection.execute("SELECT pg_current_wal_lsn()").fetchone()[0]
        cpu = [w.cpu_seconds() for w in workers]
        start = time.monotonic()
        stack.giddyup(f"backfill --from {first} --to {last} --before-off 1m")
        seconds = time.monotonic() - start
        spent = {w.name: (w.cpu_seconds() - b) * 1000 / races for w, b in zip(workers, cpu)}
        written = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)::float8", (wal,)).fetchone()[0]
        after = tables(connection)
    messages = {topic: (size - sizes[topic]) / races for topic, size in message_bytes(stack).items()}
    memory = {w.name: w.rss_mib() for w in workers}
    grown = {name: {what: (new - old) / races for what, new, old in zip(("rows", "bytes"), after[name], before[name])}
             for name in TABLES}
    note(f"{races} races in {seconds:.1f} s")
    report.measurement(mode="units", races=races, races_per_second=races / seconds, cpu_ms_a_race=spent,
                       message_bytes_a_race=messages, tables_a_race=grown, wal_bytes_a_race=written / races,
                       rss_mib=memory)
    rows = [(f"{name}: CPU ms", value) for name, value in spent.items()]
    rows += [(f"{topic}: bytes", value) for topic, value in messages.items()]
    rows += [(f"{name}: {what}", value) for name, values in grown.items() for what, value in values.items()]
    report.table("Of one race", ("", "mean"), [*rows, ("WAL: bytes", written / races)])
    print(f"  {races / seconds:.0f} races a second")
    return 0


def message_bytes(stack):
    return {topic: sum(len(m.value()) + len(m.key() or b"") + sum(len(k) + len(v or b"") for k, v in m.headers() or ())
                       for m in stack.topics.messages(topic)) for topic in TOPICS}


def tables(connection):
    """Rows and bytes, indexes included, of the tables that a race grows."""
    return {name: connection.execute(
        f"SELECT (SELECT count(*) FROM modeling.{name}), pg_total_relation_size('modeling.{name}')").fetchone()
        for name in TABLES}
