"""Shows that the verifier can fail: each way to tamper with a good round's evidence must be reported, and as what."""

import copy

import verify

POSITION = ("race.requests", 0, 7)
SIGNALS = (1, 1_000_000, 1, 9, "live", 1)
GOOD = {
    "tables": {"signals": ["a", "b"], "bets": ["c"]}, "behind": [], "signals": [SIGNALS],
    "bets": [("bet-1", 1, 2, 3.5)], "withdrawals": [(1, 2)], "results": [(1, 9, 2)],
    "keys": {"signals": ["(1,)", "(2,)"]}, "settled_alike": 0, "events": [("race.signals", "id", "payload")],
    "dead": [(POSITION, "contract", "garbage")],
}
CASE = {
    "expected": {"signals": [SIGNALS], "bets": [("bet-1", 1, 2, 3.5)], "withdrawals": [(1, 2)], "results": [(1, 9, 2)]},
    "refused": [POSITION], "reference": {"signals": ["a", "b"], "bets": ["c"]},
}


def _delete(field):
    return lambda evidence: evidence[field].clear()


def _append(field, value):
    return lambda evidence: evidence[field].append(value)


def _replace(table, rows):
    return lambda evidence: evidence["tables"].update({table: rows})


TAMPERINGS = {
    "a race without its signals": ("lost", _delete("signals")),
    "a race with a signal too few": ("lost", lambda e: e["signals"].__setitem__(0, (*SIGNALS[:3], 8, "live", 1))),
    "an old revision": ("lost", lambda e: e["results"].__setitem__(0, (1, 9, 1))),
    "a lost bet": ("lost", _delete("bets")),
    "a lost withdrawal": ("lost", _delete("withdrawals")),
    "garbage without a dead letter": ("lost", _delete("dead")),
    "two rows of one key": ("doubled", lambda e: e["keys"]["signals"].append("(1,)")),
    "two payloads of one event": ("doubled", _append("events", ("race.signals", "id", "another"))),
    "a settlement repeated": ("doubled", lambda e: e.update(settled_alike=1)),
    "a good message given up": ("doubled", _append("dead", (("race.requests", 0, 8), "contract", "why"))),
    "garbage given up as unknown": ("doubled", _append("dead", (POSITION, "unknown", "why"))),
    "a partition behind": ("unfetched", _append("behind", "scorer: race.features[1] at 3 of 4")),
    "a row that differs": ("differing", _replace("signals", ["a", "x"])),
    "a row too few": ("differing", _replace("bets", [])),
    "a row twice": ("differing", _replace("bets", ["c", "c"])),
}


def main():
    failures = []
    if any(verify.judge(GOOD, CASE).values()):
        failures.append("good evidence was faulted")
    if any(verify.judge({**GOOD, "events": GOOD["events"] * 2, "dead": GOOD["dead"] * 2}, CASE).values()):
        failures.append("a message delivered twice with the same bytes was faulted")
    for name, (verdict, tamper) in TAMPERINGS.items():
        evidence = copy.deepcopy(GOOD)
        tamper(evidence)
        if not verify.judge(evidence, CASE)[verdict]:
            failures.append(f"{name} was not reported as {verdict}")
    print("\n".join(failures) or f"the verifier reported each of {len(TAMPERINGS)} tamperings")
    return 1 if failures else 0
