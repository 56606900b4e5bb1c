"""Verifies one round from outside: SQL, the topics and the committed offsets, and none of the workers' code.

    verify.py CASE.json      verify again what a round left behind, while its database and topics are there
    verify.py --self-test    tamper with a good round's evidence, and see that each fault is reported
"""

import collections
import hashlib
import json
import pathlib
import sys

import psycopg

# The tests leave nothing in the source tree.
sys.dont_write_bytecode = True

import tables
import topics

OUTPUTS = ("race.features", "race.features.backfill", "race.signals", "race.signals.backfill", "race.requests",
           "race.requests.backfill", "race.settlements")

NATURAL_KEYS = {
    "signals": "as_of, race_id, horse_id, model_id", "bets": "bet_ref", "results": "race_id, horse_id",
    "withdrawals": "race_id, horse_id", "ticks": "race_id, as_of", "settlements": "race_id",
    "signal_clv": "race_id, horse_id, model_id, bucket", "race_expectations": "race_id, as_of, origin",
    "dataset_parts": "dataset, part", "models": "name, version",
}

SETTLED_ALIKE = """
    SELECT count(*) FROM (SELECT bet_id, (pnl, unsettled_reason, odds) AS now, lag((pnl, unsettled_reason, odds))
           OVER (PARTITION BY bet_id ORDER BY settlement_id) AS before FROM modeling.bet_settlements) s
     WHERE now IS NOT DISTINCT FROM before"""

ROWS = {
    "signals": """
        SELECT race_id, (extract(epoch FROM as_of) * 1000000)::bigint, model_id, count(*), origin, min(revision)
          FROM modeling.signals GROUP BY race_id, as_of, model_id, origin""",
    "bets": "SELECT bet_ref, race_id, horse_id, odds FROM modeling.bets",
    "withdrawals": "SELECT race_id, horse_id FROM modeling.withdrawals",
    "results": "SELECT race_id, count(*), min(revision) FROM modeling.results GROUP BY race_id",
}


def gather(connection, reader, groups):
    """All evidence that the verdict needs, as plain values, so that a test can tamper with them."""
    evidence = {"tables": tables.read(connection), "behind": reader.behind(groups)}
    for name, query in ROWS.items():
        evidence[name] = [tuple(row) for row in connection.execute(query)]
    evidence["keys"] = {table: [str(r) for r in connection.execute(f"SELECT {key} FROM modeling.{table}")]
                        for table, key in NATURAL_KEYS.items()}
    evidence["settled_alike"] = connection.execute(SETTLED_ALIKE).fetchone()[0]
    evidence["events"] = [(topic, *event(m)) for topic in OUTPUTS for m in reader.messages(topic)]
    evidence["dead"] = [dead_letter(m, reader.prefix) for m in reader.messages("dead.letters")]
    return evidence


def header(message, name):
    return next((v.decode() for k, v in message.headers() or [] if k == name and v is not None), None)


def event(message):
    return header(message, "ce_id"), hashlib.sha256(message.value() or b"").hexdigest()


def dead_letter(message, prefix):
    position = (header(message, "dl_topic").removeprefix(prefix), int(header(message, "dl_partition")),
                int(header(message, "dl_offset")))
    return position, header(message, "dl_class"), header(message, "dl_reason")


def lost(evidence, expected, refused):
    """What was sent and has left no row; refused messages without a dead letter."""
    lines = []
    for kind in ("signals", "bets", "withdrawals", "results"):
        missing = {tuple(x) for x in expected.get(kind, ())} - set(evidence[kind])
        lines += [f"{kind}: {x} was sent and is not in its table" for x in sorted(missing)]
    dead = {position for position, *_ in evidence["dead"]}
    return lines + [f"dead.letters: {x} is missing" for x in sorted({tuple(x) for x in refused} - dead)]


def doubled(evidence, refused):
    """Rows of one key, payloads of one event, settlements alike, and good messages that were given up."""
    lines = []
    for table, keys in evidence["keys"].items():
        lines += [f"{table}: {n} rows of {key}" for key, n in collections.Counter(keys).items() if n > 1]
    payloads = collections.defaultdict(set)
    for topic, name, payload in evidence["events"]:
        if name is not None:
            payloads[topic, name].add(payload)
    lines += [f"{topic}: {len(p)} payloads of event {name}" for (topic, name), p in payloads.items() if len(p) > 1]
    if evidence["settled_alike"]:
        lines.append(f"bet_settlements: {evidence['settled_alike']} repeat the one before")
    allowed = {tuple(x) for x in refused}
    return lines + sorted({f"dead.letters: {position} was given up, class {kind}: {reason}"
                           for position, kind, reason in evidence["dead"]
                           if position not in allowed or kind != "contract"})


def judge(evidence, case):
    """The verdict on one round; all four lists are empty if nothing is wrong."""
    return {
        "lost": lost(evidence, case["expected"], case["refused"]) + list(case.get("lost", ())),
        "doubled": doubled(evidence, case["refused"]),
        "unfetched": evidence["behind"],
        "differing": tables.differences(evidence["tables"], case["reference"], case.get("may_lack", ()))
        if case.get("reference") else [],
    }


def verify(case):
    reader = topics.Topics(case["servers"], case["prefix"])
    try:
        with psycopg.connect(case["database"], autocommit=True) as connection:
            evidence = gather(connection, reader, case["groups"])
        return evidence, judge(evidence, case)
    finally:
        reader.close()


def main():
    if sys.argv[1:] == ["--self-test"]:
        import verifier_test
        return verifier_test.main()
    case = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    verdict = verify(case)[1]
    print(json.dumps(verdict, indent=1))
    return 1 if any(verdict.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
