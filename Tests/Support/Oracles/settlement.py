"""Settles bets on the real data sets a second time, from the rule book alone, so that the program can be compared with it.

    settlement.py ukie_bsp  DATA_DIR [--from YYYY-MM-DD] [--to YYYY-MM-DD]   (both days included)
    settlement.py hk        DATA_DIR SETTLED.csv
    settlement.py ukie2026  DATA_DIR
    settlement.py live      DATA_DIR

Each prints one JSON object. Money is summed in exact fractions and logarithms with fsum. Commission is charged on the net
winnings of a bet as a whole: a dead heat's lost part is set against its paid part first.
"""
import argparse
import csv
import itertools
import json
import lzma
import math
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

COMMISSION = Fraction(2, 100)
# Stands for "no number where one is due, or one where none is due": JSON has no infinity.
WRONG_SHAPE = 1e9


def rows(folder, name):
    with lzma.open(Path(folder) / f"{name}.csv.xz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def grouped(records, key):
    groups = defaultdict(list)
    for record in records:
        groups[record[key]].append(record)
    return groups


def price(text):
    """An exact price, or None: the exchange writes 1.0 where nothing was traded."""
    value = Fraction(text) if text else None
    return value if value is not None and value > 1 else None


def mean(values):
    return math.fsum(values) / len(values) if values else None


def log_ratio(taken, close):
    return math.log(float(taken)) - math.log(float(close))


def summary(bets):
    """bets: (odds taken, part of the stake that is paid, closing price or None), each of one unit."""
    nets = [part * odds - 1 for odds, part, _ in bets]
    charges = sum((max(net, 0) * COMMISSION for net in nets), Fraction(0))
    profit = sum(nets, Fraction(0))
    moves = [log_ratio(odds, close) for odds, _, close in bets if close]
    return {"bets": len(bets), "winners": sum(part > 0 for _, part, _ in bets), "turnover": float(len(bets)),
            "profit": float(profit), "profit_after_commission": float(profit - charges),
            "clv_bets": len(moves), "mean_clv": mean(moves)}


def ukie_bsp(options):
    races = [r for r in rows(options.data, "ukie_bsp_races")
             if options.first <= date.fromisoformat(r["off_local"][:10]) <= options.last]
    runners = grouped(rows(options.data, "ukie_bsp_runners"), "event_id")
    rejected = {"contradictory": [], "no_course": [], "twice": []}
    rules = {"every-runner": [], "favourite": [], "drifter": []}
    good = 0
    for race in races:
        event, field = race["event_id"], runners[race["event_id"]]
        ones, twos = (sum(r["win_lose"] == flag for r in field) for flag in "12")
        faults = {"contradictory": not ((ones == 1 and twos == 0) or (ones == 0 and twos >= 2)),
                  "no_course": not race["course"].strip(),
                  "twice": len({r["selection_name"] for r in field}) < len(field)}
        for fault, present in faults.items():
            if present:
                rejected[fault].append(int(event))
        if any(faults.values()):
            continue
        good += 1

        def bet(runner):
            part = Fraction(1, ones + twos) if runner["win_lose"] != "0" else Fraction(0)
            return price(runner["morningwap"]), part, price(runner["bsp"])

        priced = [r for r in field if price(r["morningwap"])]
        rules["every-runner"] += map(bet, priced)
        if priced:  # min keeps the first of equals, which is the earlier in the file
            rules["favourite"].append(bet(min(priced, key=lambda r: price(r["morningwap"]))))
        rules["drifter"] += (bet(r) for r in priced
                             if price(r["ppwap"]) and price(r["ppwap"]) > price(r["morningwap"]))
    return {**{fault: sorted(events) for fault, events in rejected.items()}, "events": good,
            "rules": {rule: summary(bets) for rule, bets in rules.items()}}


def terms(starters, handicap):
    """Each-way places and the fraction of the odds; no places means win only."""
    if starters <= 7:
        return (0, 0.0) if starters <= 4 else (2, 1 / 4)
    if handicap and starters >= 12:
        return (3 if starters <= 15 else 4), 1 / 4
    return 3, 1 / 5


def expected(runner, race_runners, bet):
    """Profit of one unit on each side: the mean over every order in which the judge could have parted the runners of a tie."""
    places, fraction = terms(sum(r["status"] != "NR" for r in race_runners), bet["handicap"] == "1")
    sides = ("win", "place", "ew") if places else ("win",)
    if runner["status"] == "NR":
        return dict.fromkeys(sides, 0.0)
    odds, place_odds = float(bet["odds"]), float(bet["place_odds"]) if places else 0.0
    ranks = [math.inf]  # ran, but without a finishing position
    if runner["pos"]:
        ahead = sum(bool(r["pos"]) and int(r["pos"]) < int(runner["pos"]) for r in race_runners)
        level = [r["runner_id"] for r in race_runners if r["pos"] == runner["pos"]]
        ranks = [ahead + 1 + order.index(runner["runner_id"]) for order in itertools.permutations(level)]
    each_way = 1 + (odds - 1) * fraction
    returns = {"win": [odds * (rank == 1) for rank in ranks],
               "place": [place_odds * (rank <= places) for rank in ranks],
               "ew": [0.5 * odds * (rank == 1) + 0.5 * each_way * (rank <= places) for rank in ranks]}
    return {side: mean(returns[side]) - 1 for side in sides}


def hk(options):
    races = grouped(rows(options.data, "hk_runners"), "race_id")
    runners = {r["runner_id"]: r for field in races.values() for r in field}
    level = {race: Counter(r["pos"] for r in field if r["pos"]) for race, field in races.items()}
    seen, unknown, flags = set(), [], {}
    worst, worst_difference = None, 0.0
    with open(options.settled, encoding="utf-8", newline="") as file:
        for bet in csv.DictReader(file):
            runner_id, race = bet["runner_id"], bet["race_id"]
            if runner_id not in runners or runners[runner_id]["race_id"] != race:
                unknown.append(runner_id)
                continue
            if runner_id in seen or bet["handicap"] not in ("0", "1"):
                raise SystemExit(f"{runner_id}: settled twice, or without a handicap flag")
            if flags.setdefault(race, bet["handicap"]) != bet["handicap"]:
                raise SystemExit(f"{race}: the handicap flag differs within the race")
            seen.add(runner_id)
            due = expected(runners[runner_id], races[race], bet)
            for side in ("win", "place", "ew"):
                difference = abs(float(bet[side]) - due[side]) if bet[side] and side in due else 0.0
                if (side in due) != bool(bet[side]) or not math.isfinite(difference):
                    difference = WRONG_SHAPE
                if difference > worst_difference:
                    worst, worst_difference = f"{runner_id} {side}", difference
    missing = [r for r in runners if r not in seen]
    settled = [runners[r] for r in seen]
    starters = {race: sum(r["status"] != "NR" for r in races[race]) for race in flags}
    return {"runners": len(seen), "races": len(flags),
            "dead_heat_runners": sum(bool(r["pos"]) and level[r["race_id"]][r["pos"]] > 1 for r in settled),
            "withdrawn": sum(r["status"] == "NR" for r in settled),
            "win_only_races": sum(terms(n, False)[0] == 0 for n in starters.values()),
            "max_difference": worst_difference, "worst": worst,
            "missing": len(missing), "missing_first": missing[:5], "unknown": len(unknown), "unknown_first": unknown[:5]}


def ukie2026(options):
    bets, table, generous, unpriced = [], defaultdict(Counter), [], []
    for market, field in grouped(rows(options.data, "ukie2026_runners"), "win_market_id").items():
        starters = [r for r in field if r["win_result"] in ("0", "1")]
        paid = sum(r["place_result"] == "1" for r in starters)
        closes = [price(r["place_bsp"]) for r in starters]
        for runner, close in zip(starters, closes):
            rated = price(runner["rated_price"])
            if runner["place_result"] in ("0", "1") and close and rated:
                bets.append((1 + (rated - 1) / 4, Fraction(runner["place_result"]), close))
        if starters and not any(closes):
            unpriced.append({"win_market_id": market, "starters": len(starters), "paid": paid})
        elif starters:  # without a place price the file marks everybody as placed, which says nothing about places
            table[len(starters)][paid] += 1
            if paid > (2 if len(starters) <= 7 else 3):
                # The place book adds to the number of places sold: it tells an extra place from a dead heat.
                generous.append({"win_market_id": market, "starters": len(starters), "paid": paid,
                                 "place_book": round(math.fsum(1 / float(c) for c in closes if c), 3)})
    return {**summary(bets), "places_paid": {str(n): {str(k): table[n][k] for k in sorted(table[n])} for n in sorted(table)},
            "no_place_price": unpriced, "more_paid": generous}


def live(options):
    def utc(text):
        return datetime.fromisoformat(text.removesuffix("Z"))

    ticks = grouped(rows(options.data, "live_prices_sample"), "win_market_id")
    results = rows(options.data, "live_prices_sample_result_132153978")
    race = next(r for r in rows(options.data, "ukie2026_races") if r["win_market_id"] == "258017291")
    published = grouped(rows(options.data, "ukie2026_runners"), "win_market_id")["258017291"]
    markets = {"258017291": (utc(race["off_utc"]), {r["selection_id"]: price(r["win_bsp"]) for r in published}),
               "132153978": (max(utc(t["ts"]) for t in ticks["132153978"]),
                             {r["selection_id"]: price(r["bsp"]) for r in results})}
    answer = {}
    for market, (off, closes) in markets.items():
        answer[market] = {}
        # Of ticks with the same time stamp the one at which most had been traded is the latest; the file's order is not the order of trades.
        path = sorted(((utc(t["ts"]), t["selection_id"], price(t["traded_price"]), float(t["traded_vol"] or -1)) for t in ticks[market]),
                      key=lambda tick: (tick[0], tick[3], tick[2]))
        for lead in (60, 10, 1, 0):
            last = {selection: odds for at, selection, odds, _ in path if at <= off - timedelta(minutes=lead)}
            moves = [log_ratio(last[s], close) for s, close in closes.items() if close and last.get(s)]
            answer[market][str(lead)] = {"runners": len(moves), "mean_clv": mean(moves)}
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    parsers = {command: commands.add_parser(command.__name__) for command in (ukie_bsp, hk, ukie2026, live)}
    for command, sub in parsers.items():
        sub.add_argument("data")
        sub.set_defaults(command=command)
    parsers[hk].add_argument("settled")
    for flag, name, default in (("--from", "first", date.min), ("--to", "last", date.max)):
        parsers[ukie_bsp].add_argument(flag, dest=name, type=date.fromisoformat, default=default)
    options = parser.parse_args()
    print(json.dumps(options.command(options)))


if __name__ == "__main__":
    main()
