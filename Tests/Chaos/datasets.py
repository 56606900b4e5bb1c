"""A round of data sets and training: the commands ask, builders and trainers are under fire."""

import hashlib
import pathlib
import shutil
import subprocess
import threading
import time

import rounds
import topics

# Parts are looked for in the months that a training needs: each set holds all of them.
NAMES = ("one", "two", "three", "four", "five", "six")
BUILD = "dataset build --name {0} --from 2025-01-01 --to 2025-09-30"
TRAINING = "train --to 2025-09-30 --fast --dataset {0} --version of-{0}"


class Datasets(rounds.Round):
    """Builds data sets one after another, and trains on each."""

    # Its messages are few.
    crash_counts = 1

    @property
    def workers(self):
        return tuple(self.plan["replicas"])

    def more_environment(self):
        disk = self.world.artifact_disk
        self.artifacts = (disk.path if disk and disk.is_mounted else self.folder) / self.database
        self.artifacts.mkdir()
        return {"ARTIFACT_ROOT": str(self.artifacts)}

    def groups(self):
        return [g for g in topics.GROUPS if g[0] in ("trainer", "feature-builder.datasets")]

    def start_work(self):
        self.failures = []
        self.thread = threading.Thread(target=self._command_all, daemon=True)
        self.thread.start()

    def _command_all(self):
        for name in NAMES:
            for line in (BUILD, TRAINING):
                self._command(line.format(name))
                time.sleep(1)

    def _command(self, line):
        """A command that fails is given again, as its user would; every failure counts."""
        for attempt in range(4):
            try:
                code = self.world.giddyup(self.environment, line, log=f"round-{self.number}-commands.log", check=False,
                                          timeout=120)
            except subprocess.TimeoutExpired:
                code = "nothing within 120 s"
            if code == 0:
                return
            self.failures.append(f"attempt {attempt + 1} of `giddyup {line}` gave {code}")
            # A command that begins while Postgres is down says so and ends; one that has begun rides it out.
            time.sleep(3)
        self.case["lost"].append(f"`giddyup {line}` failed four times")

    def finish_work(self):
        self.thread.join(300)
        if self.thread.is_alive():
            self.case["lost"].append("the commands did not finish")

    def expect(self, connection, _reader):
        """Every part is whole and in the manifest; nothing else is left of the builds."""
        paths = set()
        for path, digest in connection.execute("SELECT path, sha256 FROM modeling.dataset_parts").fetchall():
            file = self.artifacts / path
            paths.add(file)
            if not file.exists():
                self.case["lost"].append(f"{path} is in the manifest and not on disk")
            elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
                self.case["lost"].append(f"{path} is not what the manifest says")
        self.case["lost"] += [f"request {x} has no outcome" for x in self._unanswered(connection)]
        self.leftovers = [str(p.relative_to(self.artifacts)) for p in pathlib.Path(self.artifacts).rglob("*")
                          if p.is_file() and p not in paths]
        self.case["lost"] += [f"training run {r} ended as {s}" for r, s in connection.execute(
            "SELECT request_id, stage FROM modeling.training_runs WHERE stage NOT IN ('done', 'finished')")]

    def _unanswered(self, connection):
        answered = {tuple(r) for r in connection.execute(
            "SELECT request_id, part FROM modeling.dataset_builds WHERE outcome IN ('built', 'unchanged', 'empty')")}
        reader = topics.Topics(self.world.broker.servers, self.prefix)
        try:
            requests = [self.schemas.dataset.DatasetRequest.FromString(m.value())
                        for m in reader.messages("dataset.requests")]
        finally:
            reader.close()
        return sorted({(r.request_id, r.part) for r in requests} - answered)

    def discard(self):
        super().discard()
        shutil.rmtree(self.artifacts, ignore_errors=True)

    def report_more(self):
        return {"command_failures": self.failures, "leftover_files": self.leftovers}
