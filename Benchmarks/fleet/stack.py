"""The servers of one run, with a database and topics of its own, and all of its processes."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse

import psycopg

import topics
from worker import Worker, stop

ROOT = pathlib.Path(__file__).resolve().parents[2]


def note(text):
    """Progress goes to standard error: standard output has the results only."""
    print(text, file=sys.stderr, flush=True)


class Stack:
    """Everything that it started ends with it, whatever happens in between."""

    def __init__(self):
        self.programs = pathlib.Path(os.environ["BIN"]).resolve()
        self.prefix = f"bench{os.getpid()}."
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="giddyup-fleet-"))
        self.workers, self.commands = [], []
        self.given_database = os.environ.get("DATABASE_URL")
        self.servers = self.topics = self.database = None
        self.is_mock = False

    def __enter__(self):
        try:
            self._start()
        except BaseException as error:
            self.__exit__(type(error))
            raise
        return self

    def _start(self):
        log = open(self.folder / "servers.log", "wb")
        # It starts a private server only for what the environment does not name.
        self.servers = subprocess.Popen([self.programs / "giddyup", "dev", "up", "--json"], stdout=subprocess.PIPE,
                                        stderr=log, stdin=subprocess.DEVNULL, cwd=ROOT)
        line = self.servers.stdout.readline()
        if not line:
            raise SystemExit(f"no servers: {(self.folder / 'servers.log').read_text().strip()[-600:]}")
        self.environment = {**os.environ, **json.loads(line), "TOPIC_PREFIX": self.prefix, "GIDDYUP_HOME": str(ROOT)}
        self.environment.pop("KAFKA_GROUP_ID", None)
        self.is_mock = "DEV_BROKER_CONTROL" in self.environment
        if self.given_database:
            self._create_database()
        self.bootstrap = self.environment["KAFKA_BOOTSTRAP_SERVERS"]
        self.topics = topics.Topics(self.bootstrap, self.prefix)
        for line in ("migrate", "policy apply", "topics apply"):
            self.giddyup(line)

    def _create_database(self):
        name = f"giddyup_bench_{os.getpid()}"
        with psycopg.connect(self.given_database, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        self.database = name
        url = urllib.parse.urlsplit(self.given_database)
        self.environment["DATABASE_URL"] = urllib.parse.urlunsplit(url._replace(path=f"/{name}"))

    def connect(self):
        return psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)

    def giddyup(self, line):
        """Runs a command to its end, and returns what it printed."""
        note(f"giddyup {line}")
        done = subprocess.run([self.programs / "giddyup", *line.split()], env=self.environment, cwd=ROOT,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise SystemExit(f"giddyup {line} exited with {done.returncode}: {done.stderr.strip()[-600:]}")
        return done.stdout

    def begin(self, line):
        """Starts a command that runs beside the measurement."""
        note(f"giddyup {line} &")
        log = open(self.folder / "command.log", "ab")
        process = subprocess.Popen([self.programs / "giddyup", *line.split()], env=self.environment, cwd=ROOT,
                                   stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.commands.append(process)
        return process

    def start(self, *names, **variables):
        """Starts workers, and waits until each is ready."""
        started = [Worker(self, name, variables) for name in names]
        self.workers += started
        for worker in started:
            worker.wait_until_ready()
        return started

    def stop_workers(self):
        stop([w.process for w in self.workers])
        self.workers = []

    def __exit__(self, kind=None, *_):
        # A second signal must not end the clean-up.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop(self.commands)
        self.stop_workers()
        try:
            if self.topics:
                self.topics.close()
                if not self.is_mock:
                    for problem in topics.delete(self.bootstrap, self.prefix):
                        note(problem)
            if self.database:
                with psycopg.connect(self.given_database, autocommit=True) as connection:
                    connection.execute(f"DROP DATABASE {self.database} WITH (FORCE)")
        finally:
            stop([self.servers] if self.servers else [])
            if kind is None:
                shutil.rmtree(self.folder, ignore_errors=True)
            else:
                note(f"the logs are in {self.folder}")
