"""Worker processes under a supervisor that starts again whatever died, as an operator's would."""

import os
import pathlib
import re
import signal
import subprocess
import threading
import time

HANDLES_SIGNALS_AFTER = 2

WORKERS = ("feature-builder", "scorer", "publisher", "clv-tracker")


class Slot:
    """One replica: a process that is started again when it dies, unless a fault holds the slot."""

    def __init__(self, worker, number):
        self.worker, self.number = worker, number
        self.process = None
        self.crash_at = None
        self.is_held = False
        self.is_wanted = True
        # Exit codes of deaths that a fault asked for, so that any other death is seen.
        self.expected = set()
        self.died_at = 0.0
        self.started_at = 0.0

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        if self.is_alive:
            self.process.send_signal(number)


class Fleet:
    """The workers of one round, with one environment and one folder of logs."""

    def __init__(self, programs, environment, folder):
        self.programs = pathlib.Path(programs)
        self.environment = environment
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.slots = []
        self.unexpected = []
        self.failed_stops = []
        self.lock = threading.RLock()
        self._closing = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def add(self, worker):
        with self.lock:
            slot = Slot(worker, sum(s.worker == worker for s in self.slots))
            self.slots.append(slot)
            self._start(slot)
        return slot

    def of(self, worker):
        with self.lock:
            return [s for s in self.slots if s.worker == worker and s.is_wanted]

    def take(self, worker, draw):
        """Holds a replica for one fault; `None` if other faults hold them all."""
        with self.lock:
            free = [s for s in self.of(worker) if not s.is_held and s.is_alive]
            if not free:
                return None
            slot = free[draw % len(free)]
            slot.is_held = True
            return slot

    def release(self, slot):
        slot.is_held = False

    def _start(self, slot):
        environment = dict(self.environment)
        if slot.crash_at:
            environment["CRASH_AT"] = slot.crash_at
        slot.started_at = time.monotonic()
        with open(self.folder / f"{slot.worker}-{slot.number}.log", "ab") as log:
            slot.process = subprocess.Popen([self.programs / slot.worker], env=environment, stdin=subprocess.PIPE,
                                            stdout=log, stderr=log)

    def restart(self, slot):
        with self.lock:
            if not slot.is_alive and slot.is_wanted:
                self._start(slot)

    def _supervise(self):
        while not self._closing.wait(0.1):
            with self.lock:
                for slot in self.slots:
                    self._look_after(slot)

    def _look_after(self, slot):
        if slot.is_alive or slot.is_held or not slot.is_wanted:
            return
        code = slot.process.returncode
        if not slot.died_at:
            slot.died_at = time.monotonic()
            if code not in slot.expected:
                self.unexpected.append(f"{slot.worker}-{slot.number} exited with {code}")
        elif time.monotonic() - slot.died_at > 0.5:
            slot.died_at = 0.0
            slot.expected = set()
            self._start(slot)

    def drain(self, slot, seconds=45):
        """SIGTERM must finish the batch in flight and exit with 0."""
        # A program that has only just been started has no handler yet: the signal would end it as it ends any other.
        time.sleep(max(0, HANDLES_SIGNALS_AFTER - (time.monotonic() - slot.started_at)))
        slot.signal(signal.SIGCONT)
        slot.signal(signal.SIGTERM)
        try:
            code = slot.process.wait(seconds)
        except subprocess.TimeoutExpired:
            slot.process.kill()
            code = f"nothing within {seconds} s"
        if code != 0:
            self.failed_stops.append(f"{slot.worker}-{slot.number}: SIGTERM gave {code}")

    def close(self):
        self._closing.set()
        self._supervisor.join()
        for slot in self.slots:
            slot.is_wanted = False
        threads = [threading.Thread(target=self.drain, args=(s,)) for s in self.slots if s.is_alive]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def kill(self):
        """Ends everything at once, when the round is given up."""
        self._closing.set()
        for slot in self.slots:
            if slot.is_alive:
                os.kill(slot.process.pid, signal.SIGKILL)
                slot.process.wait()

    def redelivered(self):
        """Messages that the replicas of a worker polled more than once, by their debug logs."""
        counts = {}
        for worker in {s.worker for s in self.slots}:
            seen = {}
            for path in self.folder.glob(f"{worker}-[0-9]*.log"):
                for position in re.findall(r"\S+\[\d+\]@\d+", path.read_text(errors="replace")):
                    seen[position] = seen.get(position, 0) + 1
            counts[worker] = sum(n - 1 for n in seen.values())
        return counts

    def critical_lines(self):
        lines = []
        for path in self.folder.glob("*.log"):
            lines += [f"{path.name}: {line}" for line in path.read_text(errors="replace").splitlines()
                      if " critical " in line]
        return lines
