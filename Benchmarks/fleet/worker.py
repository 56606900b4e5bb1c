"""One worker process, and what /proc and its admin port say about it."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition, seconds, what, every=0.2):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {seconds} s")
        time.sleep(every)


def stop(processes):
    """Ends processes as an operator would, and kills what does not end."""
    running = [p for p in processes if p.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
    for process in running:
        try:
            process.wait(45)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Worker:
    """A worker of a stack, with its log in the stack's folder."""

    def __init__(self, stack, name, variables):
        self.name, self.port = name, free_port()
        self.log = stack.folder / f"{name}-{len(stack.workers)}-{self.port}.log"
        environment = {**stack.environment, "ADMIN_PORT": str(self.port), "GIDDYUP_PARENT_WATCH": "stdin", **variables}
        with open(self.log, "wb") as log:
            # The worker ends when this pipe does, even if this process is killed.
            self.process = subprocess.Popen([stack.programs / name], env=environment, stdin=subprocess.PIPE,
                                            stdout=log, stderr=log)

    def _get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def check(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name} exited with {self.process.returncode}: {self.log.read_text()[-600:]}")

    def wait_until_ready(self):
        def is_ready():
            self.check()
            return self._get("/readyz") is not None

        wait_until(is_ready, 120, f"{self.name} is ready")

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def metric(self, name):
        """The samples of a metric, by their labels."""
        text = self._get("/metrics") or ""
        return {labels: float(value) for labels, value in re.findall(rf"^{name}{{(.*?)}} (\S+)$", text, re.MULTILINE)}

    def partitions(self, topic):
        """How many partitions of a topic it holds, as of its latest sample of the lag."""
        return sum(f'topic="{topic}"' in labels for labels in self.metric("giddyup_consumer_lag"))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024
