"""The Postgres cluster under test. It keeps fsync on, because what survives a hard stop is the question."""

import os
import pathlib
import pwd
import random
import socket
import subprocess
import time

import psycopg

SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = on
full_page_writes = on
synchronous_commit = on
shared_buffers = 128MB
max_connections = 200
max_wal_size = 192MB
min_wal_size = 32MB
timezone = UTC
log_line_prefix = '%m [%p] %a '
"""


def free_port():
    """A free port below those of outgoing connections, which would take it before the server starts."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    for port in random.sample(range(max(1024, first - 12_000), first), 100):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port on 127.0.0.1")


class Postgres:
    """A private cluster in a folder, run as the user postgres when this process is root."""

    def __init__(self, folder, log):
        self.folder, self.log = pathlib.Path(folder), log
        self.port = free_port()
        self.programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.drop = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def _run(self, *arguments, check=True):
        with open(self.log, "ab") as log:
            command = [*self.drop, *map(str, arguments)]
            return subprocess.run(command, check=check, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/")

    @property
    def data(self):
        return self.folder / "data"

    def create(self):
        self._run(self.programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8")
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write(SETTINGS + f"port = {self.port}\nunix_socket_directories = '{self.folder}'\n")
        self.start()

    def start(self):
        self._run(self.programs / "pg_ctl", "start", "-D", self.data, "-w", "-t", "60")

    def stop(self, mode="immediate"):
        self._run(self.programs / "pg_ctl", "stop", "-D", self.data, "-m", mode, "-w", "-t", "30", check=False)

    def is_running(self):
        try:
            with self.connect("postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def ensure_running(self):
        """Starts the server if it is down, and waits for its recovery if it restarts itself."""
        deadline = time.monotonic() + 60
        while not self.is_running():
            if time.monotonic() > deadline:
                raise TimeoutError(f"Postgres does not come back, see {self.log}")
            status = self._run(self.programs / "pg_ctl", "status", "-D", self.data, check=False)
            if status.returncode != 0:
                self._run(self.programs / "pg_ctl", "start", "-D", self.data, "-w", "-t", "30", check=False)
            time.sleep(0.2)

    def url(self, database):
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def connect(self, database, **options):
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=5, **options)

    def execute(self, database, *statements):
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)
