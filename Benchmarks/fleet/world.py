"""A simulated world, a model, and recorded messages of a real backfill."""

import report
from stack import note

# The simulator's last season is 2025.
TRAIN = ("2025-04-01", "2025-06-30")
AFTER_TRAINING = "2025-07-01"


def add_options(parser, seasons):
    parser.add_argument("--seasons", type=int, default=seasons, help="years of racing to simulate, 10,000 races each")
    parser.add_argument("--full-model", action="store_true", help="train without --fast: more trees, slower scoring")


def prepare(stack, options):
    """Simulates and trains. Returns the model: id, name, version and the hash of its feature set."""
    stack.giddyup(f"simulate --seasons {options.seasons}")
    fast = "" if options.full_model else " --fast"
    stack.giddyup(f"train --from {TRAIN[0]} --to {TRAIN[1]}{fast}")
    with stack.connect() as connection:
        connection.execute("VACUUM ANALYZE")
        *model, trees = connection.execute("""
            SELECT model_id, name, version, feature_set_hash,
                   (SELECT avg(value::float8)::float8 FROM jsonb_each_text(metrics_json) WHERE key LIKE 'fold_%trees')
              FROM modeling.models WHERE stage = 'production'""").fetchone()
        races, runners = connection.execute(
            "SELECT (SELECT count(*) FROM racing.races), (SELECT count(*) FROM racing.runners)").fetchone()
    report.measurement(mode=options.mode, races_in_world=races, runners_in_world=runners, mean_trees_of_a_fold=trees,
                       private_broker=stack.is_mock)
    return model


def window(stack, races, first="0001-01-01", last="9999-12-31"):
    """The shortest window to the last day that has this many races: its days, and how many it has."""
    with stack.connect() as connection:
        found = connection.execute("""
            SELECT race_date, through_last, max(race_date) OVER ()
              FROM (SELECT race_date, sum(count(*)) OVER (ORDER BY race_date DESC) AS through_last
                      FROM racing.races WHERE race_date BETWEEN %s AND %s GROUP BY race_date) d
             ORDER BY (through_last >= %s) DESC, abs(through_last - %s) LIMIT 1""",
                                   (first, last, races, races)).fetchone()
    if found is None or found[1] < races:
        raise SystemExit(f"the world has {found[1] if found else 0} races, not {races}: use more --seasons")
    return found[0], found[2], int(found[1])


def record_features(stack, races):
    """The messages of race.features.backfill that a backfill of about this many races produced."""
    first, last, count = window(stack, races, first=AFTER_TRAINING)
    stack.giddyup(f"backfill --from {first} --to {last} --before-off 5m")
    recorded = [(m.key(), m.value(), m.headers()) for m in stack.topics.messages("race.features.backfill")]
    size = sum(len(value) for _, value, _ in recorded) / len(recorded)
    note(f"recorded {len(recorded)} of {count} races, {size:.0f} bytes each")
    return recorded, size


def limit_for_mock(stack, wanted, size, what):
    """The private broker drops what exceeds 5 MB a partition, so it gets no more than half of that at a time."""
    if not stack.is_mock:
        return wanted
    partitions = len(stack.topics.partitions("race.features.backfill"))
    most = int(partitions * 2.5e6 / size)
    if wanted > most:
        note(f"{what}: {most} instead of {wanted}, which the private broker would not keep")
    return min(wanted, most)
