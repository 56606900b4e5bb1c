"""The database that every round starts from: migrated, simulated, trained once, and copied for each round."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAINED_THROUGH = "2025-09-30"


class World:
    """Knows the servers and the programs, and makes the environment of whatever runs on them."""

    def __init__(self, programs, postgres, broker, folder, inherited):
        self.programs, self.postgres, self.broker = pathlib.Path(programs), postgres, broker
        self.folder = pathlib.Path(folder)
        self.postgres_disk = self.artifact_disk = None
        # KAFKA_STOP and KAFKA_START are this harness's: a worker would take them for properties of its client.
        self.inherited = {k: v for k, v in inherited.items() if not k.startswith(("KAFKA_", "PG", "DATABASE_"))}

    def environment(self, database, prefix, **more):
        return {**self.inherited, **self.broker.environment, "DATABASE_URL": self.postgres.url(database),
                "TOPIC_PREFIX": prefix, "GIDDYUP_HOME": str(ROOT), "GIDDYUP_PARENT_WATCH": "stdin",
                "LOG_LEVEL": "debug", "OMP_WAIT_POLICY": "passive", "TOPIC_PARTITION_LIMIT": "4", **more}

    def giddyup(self, environment, line, log="giddyup.log", check=True, timeout=300):
        with open(self.folder / log, "ab") as file:
            file.write(f"\n$ giddyup {line}\n".encode())
            file.flush()
            command = [self.programs / "giddyup", *line.split()]
            # With the watch on, an empty standard input would end it at once.
            variables = {**environment, "LOG_LEVEL": "info", "GIDDYUP_PARENT_WATCH": ""}
            return subprocess.run(command, env=variables, check=check, stdout=file, stderr=file,
                                  stdin=subprocess.DEVNULL, timeout=timeout).returncode

    def prepare(self):
        self.postgres.execute("postgres", "CREATE DATABASE world")
        environment = self.environment("world", "world.")
        for line in ("migrate", "policy apply", "simulate --small --seasons 1 --seed 3", "topics apply",
                     f"train --to {TRAINED_THROUGH} --fast"):
            self.giddyup(environment, line)

    def copy(self, database):
        self.postgres.execute("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
                              f"CREATE DATABASE {database} TEMPLATE world")

    def drop(self, database):
        self.postgres.execute("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
