"""Faults of worker processes: one class each, struck at a planned moment of a round."""

import os
import signal
import subprocess
import time

import sockets
from waiting import wait_until


class Missed(Exception):
    """The fault found nothing to strike."""


class Fault:
    """A kind of fault with what the seed drew for it: its moment, which replica or variant, and how long it lasts."""

    kind = ""

    def __init__(self, worker, at, draw, length):
        self.worker, self.at, self.draw, self.length = worker, at, draw, length

    def strike(self, round_):
        raise NotImplementedError

    def between(self, shortest, longest):
        return shortest + (longest - shortest) * self.length

    def replica(self, round_):
        slot = None
        deadline = time.monotonic() + 25
        # Another fault may hold the only replica for a while.
        while slot is None:
            if time.monotonic() > deadline:
                raise Missed(f"every {self.worker} is under another fault")
            slot = round_.fleet.take(self.worker, self.draw)
            time.sleep(0.1)
        return slot


class StepCrash(Fault):
    """The worker kills itself with SIGKILL at a step boundary."""

    STEPS = {"polled": "after consume", "handled": "after commit, before produce",
             "produced": "after produce, before offset", "committed": "after offset"}

    def __init__(self, step, *drawn):
        super().__init__(*drawn)
        self.step = step
        self.kind = f"kill -9 {self.STEPS[step]}"

    def strike(self, round_):
        slot = self.replica(round_)
        fleet = round_.fleet
        try:
            fleet.drain(slot)
            slot.crash_at = f"{self.step}:{1 + self.draw % round_.crash_counts}"
            fleet.restart(slot)
            try:
                code = slot.process.wait(25)
            except subprocess.TimeoutExpired:
                slot.process.kill()
                slot.process.wait()
                raise Missed("the worker did not reach the step within 25 s") from None
            if code != -signal.SIGKILL:
                raise Missed(f"the worker exited with {code} before the step")
        finally:
            slot.crash_at = None
            fleet.restart(slot)
            fleet.release(slot)


class TransactionKill(Fault):
    """SIGKILL while the worker's transaction is open: a lock holds it until the worker is dead."""

    kind = "kill -9 in the transaction"
    TABLES = {"feature-builder": ["race_expectations"], "publisher": ["signals"],
              "clv-tracker": ["bets", "results", "withdrawals"], "scheduler": ["ticks"], "trainer": ["training_runs"]}
    WAITING = """
        SELECT client_port FROM pg_stat_activity
         WHERE application_name = %s AND datname = current_database() AND wait_event_type = 'Lock'
           AND wait_event = 'relation'"""

    def strike(self, round_):
        tables = self.TABLES[self.worker]
        table = tables[self.draw % len(tables)]
        postgres = round_.world.postgres
        with postgres.connect(round_.database) as locker, postgres.connect(round_.database) as watcher:
            locker.execute("SET lock_timeout = '5s'")
            with locker.transaction():
                locker.execute(f"LOCK TABLE modeling.{table} IN SHARE MODE")
                slot = self._kill_waiting(round_, watcher)
        round_.fleet.restart(slot)
        round_.fleet.release(slot)

    def _kill_waiting(self, round_, watcher):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for (port,) in watcher.execute(self.WAITING, (self.worker,)).fetchall():
                slot = self._hold_owner(round_.fleet, port)
                if slot:
                    slot.process.kill()
                    slot.process.wait()
                    return slot
            time.sleep(0.02)
        raise Missed("no transaction of the worker waited for the lock within 20 s")

    def _hold_owner(self, fleet, port):
        with fleet.lock:
            for slot in fleet.of(self.worker):
                if slot.is_alive and not slot.is_held and sockets.owns_port(slot.process.pid, port):
                    slot.is_held = True
                    return slot
        return None


class Kill(Fault):
    """SIGKILL wherever the worker happens to be."""

    kind = "kill -9 at random"

    def strike(self, round_):
        slot = self.replica(round_)
        slot.process.kill()
        slot.process.wait()
        time.sleep(self.between(0, 2))
        round_.fleet.restart(slot)
        round_.fleet.release(slot)


class Stop(Fault):
    """SIGSTOP until the group has given the worker up, then SIGCONT: it comes back as a zombie."""

    kind = "stopped past the session timeout"

    def strike(self, round_):
        slot = self.replica(round_)
        slot.signal(signal.SIGSTOP)
        time.sleep(round_.world.broker.session_timeout + self.between(1.5, 3))
        slot.signal(signal.SIGCONT)
        round_.fleet.release(slot)


class ComeAndGo(Fault):
    """A replica more for a while, or one less: SIGTERM must exit with 0."""

    kind = "replicas come and go"

    def strike(self, round_):
        fleet = round_.fleet
        if self.draw % 2 and len(fleet.of(self.worker)) < 4:
            slot = fleet.add(self.worker)
            slot.is_held = True
            time.sleep(self.between(3, 6))
            slot.is_wanted = False
            fleet.drain(slot)
            return "hit: one more, then SIGTERM"
        slot = self.replica(round_)
        fleet.drain(slot)
        time.sleep(self.between(0.5, 4))
        fleet.restart(slot)
        fleet.release(slot)
        return "hit: SIGTERM, then one more"


class HungSession(Fault):
    """The server's side of one of the worker's sessions stops answering for a while."""

    kind = "session hung"
    SESSIONS = """
        SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()
         ORDER BY state = 'active' DESC, query_start DESC"""

    def strike(self, round_):
        with round_.world.postgres.connect(round_.database) as connection:
            found = []

            def find():
                found.extend(connection.execute(self.SESSIONS, (self.worker,)).fetchall())
                return found
            wait_until(find, 10, "a session of the worker")
        backend = found[0][0]
        os.kill(backend, signal.SIGSTOP)
        time.sleep(self.between(*round_.hang_seconds))
        # A hard stop of the server may have ended it, and its number may be somebody else's by now.
        if sockets.is_postgres(backend):
            os.kill(backend, signal.SIGCONT)
