"""One round: a fresh database and topics, a fleet under faults, and the verdict on what it left."""

import json
import os
import shutil
import threading
import time

import confluent_kafka

import fleet as fleets
import sending
import tables
import topics
import verify
import workload

IDLE_WITHIN = 60
# No backoff and no session timeout is longer: a fleet that has not moved for so long will not move.
STILL_AFTER = 30


class Round:
    """Everything that one round works with, for its faults to reach."""

    def __init__(self, world, schemas, number, plan, reference=None):
        self.world, self.schemas, self.number, self.plan, self.reference = world, schemas, number, plan, reference
        self.database = f"round_{number}"
        self.prefix = f"chaos-{os.getpid()}-{number}."
        self.folder = world.folder / f"round-{number}"
        self.folder.mkdir()
        self.environment = world.environment(self.database, self.prefix, **self.more_environment())
        self.outcomes = []
        self.hang_seconds = plan.get("hang_seconds", (10, 16))
        self.case = {"database": world.postgres.url(self.database), "servers": world.broker.servers,
                     "prefix": self.prefix, "groups": self.groups(), "expected": {}, "refused": [], "lost": [],
                     "reference": reference, "may_lack": []}
        # A database or broker that is down already cannot be stopped; a worker's wait cannot outlive its session.
        self.postgres_lock, self.broker_lock = threading.Lock(), threading.Lock()

    workers = fleets.WORKERS
    seconds = 18
    # A crash comes at one of so many first times that its step is reached.
    crash_counts = 2

    def more_environment(self):
        return {}

    def groups(self):
        return [g for g in topics.GROUPS if g[0] not in ("trainer", "feature-builder.datasets")]

    def run(self):
        """The verdict, with what is needed to judge the round itself."""
        started = time.monotonic()
        self.world.copy(self.database)
        self.world.giddyup(self.environment, "topics apply")
        self.prepare()
        self.fleet = fleets.Fleet(self.world.programs, self.environment, self.folder)
        try:
            for worker in self.workers:
                for _ in range(self.plan["replicas"][worker]):
                    self.fleet.add(worker)
            self.start_work()
            self._inject()
            self.world.postgres.ensure_running()
            self.finish_work()
            idle = self._settle()
            self.fleet.close()
        finally:
            self.fleet.kill()
        self._expect()
        evidence, verdict = verify.verify(self.case)
        if self.reference is None:
            self.reference = evidence["tables"]
        return self._report(verdict, evidence, idle, time.monotonic() - started)

    def prepare(self):
        """What must happen right before the workers start."""

    def _expect(self):
        reader = topics.Topics(self.world.broker.servers, self.prefix)
        try:
            with self.world.postgres.connect(self.database) as connection:
                self.expect(connection, reader)
        finally:
            reader.close()

    def expect(self, connection, reader):
        """What the round's own messages and tables say must be there."""

    def report_more(self):
        return {}

    def start_work(self):
        with self.world.postgres.connect(self.database) as connection:
            work = workload.Workload(self.schemas, connection).build()
        self.case["expected"] = work.expected
        self.sender = sending.Sender(self.world.broker, self.prefix, work.messages, self.seconds)

    def finish_work(self):
        self.sender.finish()
        self.case["refused"] = sorted(self.sender.refused)

    def _inject(self):
        started = time.monotonic()
        threads = []
        for fault in self.plan["faults"]:
            thread = threading.Thread(target=self._inflict, args=(fault, started), daemon=True)
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join(150)

    def _inflict(self, fault, started):
        time.sleep(max(0, fault.at - (time.monotonic() - started)))
        begun = time.monotonic()
        try:
            outcome = fault.strike(self) or "hit"
        except Exception as error:  # noqa: BLE001: a fault that fails to strike is a missed one, not a failed round
            outcome = f"missed: {type(error).__name__}: {error}"
        self.outcomes.append({"kind": fault.kind, "worker": fault.worker, "outcome": outcome,
                              "from": round(begun - started, 1), "seconds": round(time.monotonic() - begun, 1)})

    def _settle(self):
        """Waits until every group has reached the end of its topic; `None` if one does not."""
        reader = topics.Topics(self.world.broker.servers, self.prefix)
        started = moved = time.monotonic()
        before = None
        try:
            while time.monotonic() - started < IDLE_WITHIN and time.monotonic() - moved < STILL_AFTER:
                try:
                    behind = reader.behind(self.case["groups"])
                except confluent_kafka.KafkaException:
                    # The broker may still be electing.
                    behind = ["unknown"]
                if not behind:
                    return round(time.monotonic() - started, 1)
                if behind != before:
                    before, moved = behind, time.monotonic()
                time.sleep(0.5)
            return None
        finally:
            reader.close()

    def _report(self, verdict, evidence, idle, seconds):
        report = {"round": self.number, "shape": self.plan["shape"], "replicas": self.plan["replicas"],
                  "faults": self.outcomes, "seconds": round(seconds, 1), "idle_after": idle,
                  "redelivered": self.fleet.redelivered(), "unexpected_exits": self.fleet.unexpected,
                  "failed_stops": self.fleet.failed_stops, "critical": self.fleet.critical_lines(),
                  "rows": {k: len(v) for k, v in evidence["tables"].items() if v},
                  "dead_letters": len(evidence["dead"]), **verdict, **self.report_more()}
        report["passed"] = not any(report[k] for k in ("lost", "doubled", "unfetched", "differing", "unexpected_exits",
                                                      "failed_stops", "critical"))
        return report

    def discard(self):
        """Forgets a round that passed; the evidence of one that failed stays."""
        self.world.drop(self.database)
        topics.delete(self.world.broker, self.prefix)
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep(self):
        self.case["reference"] = self.case["reference"] or {}
        (self.folder / "case.json").write_text(json.dumps(self.case), encoding="utf-8")
