"""The crash matrix: workers, Postgres, brokers and disks fail by plan, and a verifier looks for what that did.

    chaos.py [--faults 200] [--seed 1] [--journal FILE] [--resume] [--short] [--bin DIR]

With KAFKA_BOOTSTRAP_SERVERS it uses that Kafka; KAFKA_STOP and KAFKA_START are shell commands that stop it hard and
start it. Otherwise it starts the project's own broker. Postgres is always a private cluster.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

# The tests leave nothing in the source tree.
sys.dont_write_bytecode = True

import brokers
import contract
import datasets
import disk
import journal
import plan
import postgres
import raceday
import rounds
import tamper
import world

SHAPES = {"races": rounds.Round, "day": raceday.RaceDay, "datasets": datasets.Datasets}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--journal", default="chaos.jsonl")
    parser.add_argument("--resume", action="store_true", help="go on after the last verified round of the journal")
    parser.add_argument("--short", action="store_true", help="one round of eight faults")
    parser.add_argument("--bin", default=world.ROOT / ".build" / "release", help="the folder of the programs")
    return parser.parse_args()


class Stage:
    """The servers, the prepared database and the undisturbed runs, taken down whatever happens."""

    def __init__(self, programs, wants_disks, cleanup):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="giddyup-chaos-"))
        cleanup.callback(shutil.rmtree, self.folder, ignore_errors=True)
        # The server's user must be able to reach its data in here.
        self.folder.chmod(0o711)
        disks = self._disks(cleanup) if wants_disks else (None, None)
        self.is_kept = False
        cleanup.callback(self._keep_logs)
        home = self.folder / "pg" / "server"
        home.mkdir(parents=True)
        self.postgres = postgres.Postgres(home, self.folder / "postgres.log")
        cleanup.callback(self.postgres.stop, "fast")
        self.broker = self._broker(programs)
        cleanup.callback(self.broker.close)
        self.world = world.World(programs, self.postgres, self.broker, self.folder, os.environ)
        self.world.postgres_disk, self.world.artifact_disk = disks
        self.references = {}

    def _disks(self, cleanup):
        made = []
        for name, megabytes in (("pg", 2048), ("artifacts", 96)):
            made.append(disk.SmallDisk(self.folder, name, megabytes))
            cleanup.callback(made[-1].close)
        return made

    def _broker(self, programs):
        given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
        if given:
            return brokers.RealKafka(given, os.environ.get("KAFKA_STOP"), os.environ.get("KAFKA_START"))
        return brokers.DevBroker(pathlib.Path(programs) / "dev-broker", self.folder / "broker")

    def prepare(self):
        self.postgres.create()
        self.world.prepare()
        self.schemas = contract.Schemas(self.folder / "schemas")

    def reference(self, shape):
        """The final tables of a run of this shape that nothing disturbs; made once."""
        if shape not in self.references:
            undisturbed = {"shape": shape, "replicas": {w: 1 for w in plan.WORKERS[shape]}, "faults": []}
            number = f"undisturbed_{shape}"
            run = SHAPES[shape](self.world, self.schemas, number, undisturbed)
            report = run.run()
            say(report, "undisturbed")
            if not report["passed"]:
                run.keep()
                self.is_kept = True
                raise SystemExit(f"the undisturbed run failed; its evidence is in {self.folder}")
            self.references[shape] = run.reference
            run.discard()
        return self.references[shape]

    def play(self, planned, proves_verifier=False):
        reference = self.reference(planned["shape"])
        run = SHAPES[planned["shape"]](self.world, self.schemas, planned["number"], planned, reference)
        report = run.run()
        if report["passed"]:
            if proves_verifier:
                report["unreported"] = tamper.unreported(run)
            run.discard()
        else:
            run.keep()
            self.is_kept = True
        return report

    def _keep_logs(self):
        if self.is_kept:
            kept = self.folder.with_suffix(".kept")
            unwanted = shutil.ignore_patterns("pg", "*.img", "artifacts", "broker", "schemas")
            shutil.copytree(self.folder, kept, ignore=unwanted)
            print(f"the logs of failed rounds are in {kept}")


def say(report, what=None):
    hits = sum(journal.is_hit(f) for f in report["faults"])
    wrong = [f"{len(report[n])} {n}" for n in (*journal.VERDICTS, "unexpected_exits", "failed_stops", "critical")
             if report[n]]
    redelivered = sum(report["redelivered"].values())
    print(f"round {report['round']} ({what or report['shape']}): {hits} faults, {len(report['faults']) - hits} missed, "
          f"{report['seconds']} s, {redelivered} redelivered: {', '.join(wrong) or 'as undisturbed'}", flush=True)
    for name in journal.VERDICTS:
        for line in report[name][:3]:
            print(f"    {name}: {line}", flush=True)


def run(options, stage, record):
    stage.prepare()
    if options.short:
        report = stage.play(plan.short(), proves_verifier=True)
        record.append(report)
        say(report)
        return
    for planned in plan.rounds(options.seed):
        if record.faults >= options.faults:
            return
        if planned["number"] < len(record.rounds):
            continue
        report = stage.play(planned)
        record.append(report)
        say(report)


def main():
    options = arguments()
    record = journal.Journal(options.journal, options.resume, {"seed": options.seed, "short": options.short})
    started = time.monotonic()
    # A run that is ended must not leave its servers and mounts behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as cleanup:
        run(options, Stage(options.bin, not options.short, cleanup), record)
    summary = record.write_summary()
    for name, value in summary.items():
        print(f"{name}: {value}")
    print(f"{round(time.monotonic() - started)} s in all")
    return 1 if summary["failed_rounds"] or summary["unreported"] or not summary["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
