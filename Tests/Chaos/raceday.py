"""A round of a simulated race day: schedulers on a fast clock decide what is asked of the fleet."""

import datetime
import time

import rounds
import topics

DAY = "2025-12-21"
START = datetime.datetime(2025, 12, 21, 6, 55, tzinfo=datetime.timezone.utc)
SPEED = 1800
# The last off is before 18:00; the next day's races are not due before the next morning.
SECONDS = 30
# What came due while the brokers were down is decided when they are back. A round that lasts beyond second 40, 03:00 by
# the schedulers' clock, also deletes old rows, which its reference did not.
SECONDS_AFTER_FAULTS = 8


class RaceDay(rounds.Round):
    """Every scheduler shares one clock, also one that is started later."""

    def more_environment(self):
        return {"CLOCK_START": START.isoformat().replace("+00:00", "Z"), "CLOCK_SPEED": str(SPEED)}

    @property
    def workers(self):
        return tuple(self.plan["replicas"])

    def prepare(self):
        self.begun = time.monotonic()
        now = datetime.datetime.now(datetime.timezone.utc)
        self.environment["CLOCK_ORIGIN"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def start_work(self):
        pass

    def finish_work(self):
        time.sleep(max(SECONDS_AFTER_FAULTS, SECONDS - (time.monotonic() - self.begun)))
        for slot in self.fleet.of("scheduler"):
            slot.is_wanted = False
            self.fleet.drain(slot)

    def expect(self, connection, reader):
        """A tick that was emitted has its message, a message has its tick and its signals, a result its rows."""
        ticks = {(race, as_of): emitted for race, as_of, emitted in connection.execute("""
            SELECT race_id, (extract(epoch FROM as_of) * 1000000)::bigint, emitted_at IS NOT NULL
              FROM modeling.ticks""")}
        sent = set()
        for message in reader.messages("race.requests"):
            request = self.schemas.race.RaceRequest.FromString(message.value())
            sent.add((request.race_id, request.as_of))
        self.case["lost"] = [f"tick {t} was emitted and has no message" for t, is_emitted in ticks.items()
                             if is_emitted and t not in sent]
        self.case["lost"] += [f"message {m} has no tick" for m in sent - set(ticks)]
        fields = dict(connection.execute("""
            SELECT race_id, count(*) FROM racing.runners WHERE pos_raw <> 'NR' GROUP BY race_id""").fetchall())
        model = connection.execute("SELECT model_id FROM modeling.models WHERE stage = 'production'").fetchone()[0]
        self.case["expected"]["signals"] = [(race, as_of, model, fields[race], "live", 1) for race, as_of in sent]
        self.case["expected"]["results"] = connection.execute("""
            SELECT s.race_id, count(*), s.revision FROM modeling.settlements s
              JOIN racing.runners u USING (race_id, race_date) GROUP BY s.race_id, s.revision""").fetchall()
        self._allow_skipped(connection, sent)

    def _allow_skipped(self, connection, sent):
        """By rule a tick that is too old is skipped: then the rows that it would have made may be missing."""
        if not self.reference:
            return
        skipped = len(self.reference["signals"]) - sum(x[3] for x in self.case["expected"]["signals"])
        if skipped > 0:
            self.case["may_lack"] = ["ticks", "signals", "race_expectations"]
            # Which tick is the last one before the off decides these.
            self.case["reference"] = {k: v for k, v in self.reference.items() if k != "signal_clv"}
