"""The brokers under test: the project's own, or a Kafka that somebody else runs."""

import pathlib
import shlex
import signal
import socket
import subprocess

from waiting import wait_until


class DevBroker:
    """The project's own broker, in memory: it goes down and up by its control socket."""

    can_stop = True

    def __init__(self, program, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        output = self.folder.parent / "broker.log"
        self.process = subprocess.Popen([program, "--directory", str(self.folder)], stdin=subprocess.PIPE,
                                        stdout=open(output, "wb"), stderr=subprocess.STDOUT)
        wait_until(lambda: b"bootstrap.servers=" in output.read_bytes(), 10, "the dev broker starts")
        line = next(x for x in output.read_text().splitlines() if x.startswith("bootstrap.servers="))
        self.servers = line.split("=", 1)[1]
        self.environment = {"KAFKA_BOOTSTRAP_SERVERS": self.servers, "DEV_BROKER_CONTROL": str(self.folder / "control"),
                            "KAFKA_SESSION_TIMEOUT_MS": "4000", "KAFKA_HEARTBEAT_INTERVAL_MS": "500",
                            "KAFKA_FETCH_WAIT_MAX_MS": "20"}
        self.session_timeout = 4

    def _request(self, line):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(10)
            control.connect(str(self.folder / "control"))
            control.sendall(line.encode() + b"\n")
            answer = control.recv(4096).decode().strip()
        if answer != "ok":
            raise RuntimeError(f"the dev broker answers to {line!r}: {answer}")

    def stop_hard(self):
        self._request("down")

    def start(self):
        self._request("up")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


class RealKafka:
    """A Kafka that somebody else runs. Without commands to stop and start it, it is never stopped."""

    def __init__(self, servers, stop, start):
        self.servers, self._stop, self._start = servers, stop, start
        self.can_stop = bool(stop and start)
        self.environment = {"KAFKA_BOOTSTRAP_SERVERS": servers, "KAFKA_SESSION_TIMEOUT_MS": "6000",
                            "KAFKA_HEARTBEAT_INTERVAL_MS": "500", "KAFKA_RECONNECT_BACKOFF_MAX_MS": "2000"}
        self.session_timeout = 6

    def stop_hard(self):
        self._shell(self._stop)

    def start(self):
        self._shell(self._start)

    @staticmethod
    def _shell(command):
        # A broker that the command leaves in the background must not hold this process's pipes.
        subprocess.run(shlex.split(command), check=True, timeout=120, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def close(self):
        pass
