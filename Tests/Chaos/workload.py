"""What every round of races asks of the fleet: the same messages each time, spread over the time of the faults."""

import contract

BACKFILLED = "race_date BETWEEN '2025-10-01' AND '2025-11-30'"
LIVE = "race_date BETWEEN '2025-12-01' AND '2025-12-15'"


class Workload:
    """Messages with what must come of them."""

    def __init__(self, schemas, connection):
        self.schemas = schemas
        self.connection = connection
        self.messages = []
        # What the verifier expects: requests with the size of their field, rows by natural key, refused positions.
        self.expected = {"signals": [], "bets": [], "withdrawals": [], "results": []}
        model = connection.execute("SELECT model_id, name, version FROM modeling.models WHERE stage = 'production'")
        self.model_id, self.name, self.version = model.fetchone()

    def races(self, window, limit):
        rows = self.connection.execute(f"""
            SELECT r.race_id, r.race_date, array_agg(u.horse_id ORDER BY u.runner_id),
                   array_agg(u.pos_raw ORDER BY u.runner_id)
              FROM racing.races r JOIN racing.runners u USING (race_id, race_date) WHERE {window}
             GROUP BY r.race_id, r.race_date ORDER BY md5(r.race_id::text) LIMIT {limit}""")
        return rows.fetchall()

    def add(self, topic, key, message, kind, source, at, natural_key):
        head = contract.headers(kind, source, at, natural_key)
        self.messages.append({"topic": topic, "key": str(key), "value": message.SerializeToString(deterministic=True),
                              "headers": head, "refused": False})

    def refuse(self, topic, value, key):
        """A message that must end in dead.letters, and nowhere else."""
        self.messages.append({"topic": topic, "key": key, "value": value, "headers": [], "refused": True})

    def request(self, race, day, as_of, origin, revision=1, explain=False):
        pb = self.schemas.race
        message = pb.RaceRequest(race_id=race, race_day=contract.day_number(day), as_of=as_of, revision=revision,
                                 explain=explain, origin=pb.ORIGIN_LIVE if origin == "live" else pb.ORIGIN_BACKFILL)
        message.models.add(name=self.name, version=self.version, model_id=self.model_id)
        topic = "race.requests" if origin == "live" else "race.requests.backfill"
        self.add(topic, race, message, "giddyup.race.request.v1", "scheduler", as_of,
                 [str(race), str(as_of), origin, str(revision)])

    def build(self, backfilled=160, live=40, betted=40):
        lanes = [self._backfill(backfilled), self._live(live), self._bets(betted), self._garbage()]
        self._interleave(lanes)
        return self

    def _take(self):
        taken, self.messages = self.messages, []
        return taken

    def _expect_signals(self, race, as_of, places, origin, revision):
        field = sum(p != "NR" for p in places)
        self.expected["signals"].append((race, as_of, self.model_id, field, origin, revision))

    def _backfill(self, count):
        for race, day, _, places in self.races(BACKFILLED, count):
            as_of = contract.microseconds(day, 12)
            self.request(race, day, as_of, "backfill")
            self._expect_signals(race, as_of, places, "backfill", 1)
        return self._take()

    def _live(self, count):
        """Two moments a race, and on every fourth race a second revision of the later one."""
        for number, (race, day, _, places) in enumerate(self.races(LIVE, count)):
            for hour in (7, 11):
                as_of = contract.microseconds(day, hour)
                self.request(race, day, as_of, "live", explain=number % 8 == 0 and hour == 7)
                self._expect_signals(race, as_of, places, "live", 2 if hour == 11 and number % 4 == 0 else 1)
            if number % 4 == 0:
                self.request(race, day, as_of, "live", revision=2)
        return self._take()

    def _bets(self, count):
        for number, (race, day, horses, places) in enumerate(self.races(LIVE, count)):
            for index, side in enumerate(("win", "ew", "win")):
                self._bet(f"bet-{race}-{index}", race, day, horses[index % len(horses)], side, 3.5 + index + number % 5)
            if number % 4 == 1:
                # Another bet under a reference that is taken is refused.
                self._bet(f"bet-{race}-0", race, day, horses[0], "win", 99.0, refused=True)
            if number % 3 == 0:
                self._withdrawal(race, day, horses[-1])
            for revision in (1, 2) if number % 5 == 0 else (1,):
                self._settlement(race, day, horses, places, revision, number % 3 == 0)
        return self._take()

    def _bet(self, ref, race, day, horse, side, odds, refused=False):
        at = contract.microseconds(day, 6)
        bet = self.schemas.bet.BetPlacement(bet_ref=ref, at=at, race_id=race, race_day=contract.day_number(day),
                                            horse_id=horse, side=side, odds=odds, stake=1.5, source="betfair")
        if side == "ew":
            bet.places, bet.place_fraction = 3, 0.2
        self.add("bet.placements", race, bet, "giddyup.bet.placement.v1", "betfair", at, [ref])
        self.messages[-1]["refused"] = refused
        if not refused:
            self.expected["bets"].append((ref, race, horse, odds))

    def _withdrawal(self, race, day, horse):
        at = contract.microseconds(day, 9)
        message = self.schemas.race.RunnerWithdrawal(race_id=race, race_day=contract.day_number(day), horse_id=horse,
                                                     at=at, rule4=0.25, factor=0.125)
        self.add("race.withdrawals", race, message, "giddyup.race.withdrawal.v1", "cli", at,
                 [str(race), str(horse), str(at), "0.25", "0.125", "0.0"])
        self.expected["withdrawals"].append((race, horse))

    def _settlement(self, race, day, horses, places, revision, withdrawn):
        off = contract.microseconds(day, 13, 30)
        message = self.schemas.race.RaceSettlement(race_id=race, race_day=contract.day_number(day), off=off,
                                                   revision=revision, is_handicap=True)
        order = list(range(len(horses)))
        if revision == 2:
            order[0], order[1] = order[1], order[0]
        for index, horse in enumerate(horses):
            gone = places[index] == "NR" or (withdrawn and index == len(horses) - 1)
            runner = message.runners.add(horse_id=horse, runner_id=race * 100 + index, withdrawn=gone,
                                         position=0 if gone else order[index] + 1)
            if not gone:
                runner.bsp, runner.place_bsp = 3.0 + index, 1.5 + index / 4
        self.add("race.settlements", race, message, "giddyup.race.settlement.v1", "scheduler", off,
                 [str(race), str(revision)])
        self.expected["results"] = [x for x in self.expected["results"] if x[0] != race]
        self.expected["results"].append((race, len(horses), revision))

    def _garbage(self):
        topics = ("race.requests", "race.requests.backfill", "race.features", "race.features.backfill", "race.signals",
                  "race.signals.backfill", "bet.placements", "race.settlements", "race.withdrawals")
        for topic in topics:
            for number in range(3):
                # 0xff starts no protobuf field.
                self.refuse(topic, bytes([0xff] * (5 + number)), f"garbage-{number}")
            # An empty message decodes, and breaks every contract: it names no race.
            self.refuse(topic, b"", "empty")
        return self._take()

    def _interleave(self, lanes):
        """Keeps each lane's order, and spreads every lane over the whole time."""
        placed = [((index + 0.5) / len(lane), number, index, message)
                  for number, lane in enumerate(lanes) for index, message in enumerate(lane)]
        self.messages = [message for *_, message in sorted(placed, key=lambda x: x[:3])]
