"""Live requests at a steady rate, and when their rows were committed."""

import dataclasses
import time

from messages import Sender, live_request
from stack import note
from worker import wait_until

# Those of one day, as on a race day: the workers keep the plans of its statements. Simulated courses are in this zone.
RACES = """
    SELECT race_id, race_date,
           (extract(epoch FROM (race_date + off_time) AT TIME ZONE 'Europe/London') * 1000000)::bigint
      FROM racing.races
     WHERE off_time IS NOT NULL
       AND race_date = (SELECT max(race_date) FROM racing.races WHERE off_time IS NOT NULL)
     ORDER BY race_id LIMIT %s"""

COMMITS = """
    SELECT q.race_id, q.as_of, extract(epoch FROM max(pg_xact_commit_timestamp(s.xmin)))::float8
      FROM unnest(%s::bigint[], %s::bigint[]) q(race_id, as_of)
      JOIN modeling.signals s
        ON s.race_id = q.race_id AND s.as_of = timestamptz 'epoch' + q.as_of * interval '1 microsecond'
     WHERE s.origin = 'live' GROUP BY q.race_id, q.as_of"""


@dataclasses.dataclass
class Answers:
    """The requests of a phase: times in seconds by race and as_of."""

    sent: dict
    committed: dict
    # The worst delay of the sender, in seconds.
    late: float

    @property
    def missing(self):
        return len(self.sent) - len(self.committed)

    @property
    def latencies(self):
        """Milliseconds from sending to commit."""
        return [(at - self.sent[key]) * 1000 for key, at in self.committed.items()]


class LiveLoad:
    """The races of the last day of the world, requested as of one minute after the other."""

    def __init__(self, stack, schema, model, rate):
        self.stack, self.schema, self.model, self.rate = stack, schema, model, rate
        self.minutes = 0
        with stack.connect() as connection:
            if connection.execute("SHOW track_commit_timestamp").fetchone() != ("on",):
                raise SystemExit("track_commit_timestamp is off: set it in postgresql.conf and restart Postgres")

    def _requests(self, count):
        """As many distinct (race, as_of). Later phases take earlier minutes, so none is asked for twice."""
        with self.stack.connect() as connection:
            races = connection.execute(RACES, (count,)).fetchall()
        requests = []
        while len(requests) < count:
            self.minutes += 1
            for race, day, off in races[:count - len(requests)]:
                as_of = off - self.minutes * 60_000_000
                requests.append(((race, as_of), *live_request(self.schema, race, day, as_of, self.model)))
        return requests

    def run(self, seconds):
        """Sends for so long, and waits for the rows."""
        answers = Answers({}, {}, 0.0)
        self._send(self._requests(round(self.rate * seconds)), answers)

        def are_committed():
            answers.committed = self._commits(answers.sent)
            return not answers.missing

        try:
            wait_until(are_committed, 60, "rows of every request", every=0.5)
        except SystemExit as error:
            note(f"{error}: {answers.missing} of {len(answers.sent)} are missing")
        return answers

    def _send(self, requests, answers):
        # Live messages wait for no others.
        sender = Sender(self.stack.bootstrap, linger=0)
        start = time.monotonic() + 0.1
        for number, (key, value, head) in enumerate(requests):
            due = start + number / self.rate
            while (left := due - time.monotonic()) > 0:
                sender.producer.poll(min(left, 0.02))
            answers.late = max(answers.late, time.monotonic() - due)
            answers.sent[key] = time.time()
            sender.send(self.stack.prefix + "race.requests", str(key[0]), value, head)
        sender.finish()

    def _commits(self, sent):
        races, moments = [k[0] for k in sent], [k[1] for k in sent]
        with self.stack.connect() as connection:
            return {(race, as_of): at for race, as_of, at in connection.execute(COMMITS, (races, moments))}

    def produced(self):
        """When each race's features and signals were produced, by race and as_of."""
        features, signals = {}, {}
        for message in self.stack.topics.messages("race.features"):
            request = self.schema.RaceFeatures.FromString(message.value()).request
            features.setdefault((request.race_id, request.as_of), message.timestamp()[1] / 1000)
        for message in self.stack.topics.messages("race.signals"):
            race = self.schema.RaceSignals.FromString(message.value())
            signals.setdefault((race.race_id, race.as_of), message.timestamp()[1] / 1000)
        return features, signals
