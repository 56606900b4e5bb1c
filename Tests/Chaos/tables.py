"""The final tables as sets of row digests, without what a rerun may change: serial ids and processing times."""

QUERIES = {
    "signals": ("modeling.signals", {"signal_id", "written_at"}),
    "signal_clv": ("modeling.signal_clv", set()),
    "race_expectations": ("modeling.race_expectations", {"checked_at"}),
    "bets": ("modeling.bets", {"bet_id", "written_at", "settled_at"}),
    "results": ("modeling.results", {"written_at"}),
    "withdrawals": ("modeling.withdrawals", {"written_at"}),
    "ticks": ("modeling.ticks", {"emitted_at", "skipped_at"}),
    "settlements": ("modeling.settlements", {"emitted_at"}),
    "dataset_parts": ("modeling.dataset_parts", {"built_at"}),
    "part_expectations": ("modeling.part_expectations", {"checked_at"}),
    "training_runs": ("modeling.training_runs", {"request_id", "updated_at", "model_id", "attempt"}),
    "models": ("modeling.models", {"model_id", "created_at", "artifact_uri"}),
}

# How often a bet was settled, and by which revision it first got its profit, depends on the order in which bet, result
# and withdrawal came; what it stands at must not.
LAST_SETTLEMENTS = """
    SELECT DISTINCT ON (s.bet_id) b.bet_ref, s.pnl, s.odds, s.unsettled_reason
      FROM modeling.bet_settlements s JOIN modeling.bets b USING (bet_id) ORDER BY s.bet_id, s.settlement_id DESC"""

BUNDLES = """
    SELECT m.name, m.version, b.sha256, encode(sha256(b.bytes), 'hex') = b.sha256 AS is_whole
      FROM modeling.model_bundles b JOIN modeling.models m USING (model_id)"""


def _columns(connection, table, without):
    rows = connection.execute("""
        SELECT column_name FROM information_schema.columns
         WHERE table_schema || '.' || table_name = %s ORDER BY ordinal_position""", (table,))
    return ", ".join(f'"{name}"' for (name,) in rows if name not in without)


def _digests(connection, query):
    return sorted(row[0] for row in connection.execute(f"SELECT md5(t::text) FROM ({query}) t"))


def read(connection):
    """Digests of the rows of each table, by table."""
    found = {name: _digests(connection, f"SELECT {_columns(connection, table, without)} FROM {table}")
             for name, (table, without) in QUERIES.items()}
    found["bet_settlements"] = _digests(connection, LAST_SETTLEMENTS)
    found["model_bundles"] = _digests(connection, BUNDLES)
    return found


def differences(found, reference, may_lack=()):
    """A line for each table that differs; tables in `may_lack` may have fewer rows, and none of their own."""
    lines = []
    for name, rows in reference.items():
        extra, missing = set(found[name]) - set(rows), set(rows) - set(found[name])
        if extra or (missing and name not in may_lack) or len(found[name]) > len(rows):
            lines.append(f"{name}: {len(missing)} rows are missing, {len(extra)} are not the undisturbed run's, "
                         f"{len(found[name])} in all against {len(rows)}")
    return lines
