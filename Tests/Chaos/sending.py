"""Produces a workload over a stretch of time, whatever happens to the brokers meanwhile."""

import threading
import time

import confluent_kafka


class Sender:
    """Sends in the background; every message is acknowledged once, and a refused one's position is remembered."""

    def __init__(self, broker, prefix, messages, seconds):
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": broker.servers, "enable.idempotence": True, "acks": "all", "linger.ms": 5,
            "message.timeout.ms": 300_000, "reconnect.backoff.max.ms": 1000, "log_level": 2})
        self.prefix, self.messages, self.seconds = prefix, messages, seconds
        self.refused, self.errors = set(), []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.started = time.monotonic()
        self.thread.start()

    def _run(self):
        for number, message in enumerate(self.messages):
            due = self.started + self.seconds * number / len(self.messages)
            while time.monotonic() < due:
                self.producer.poll(0.02)
            self.producer.produce(self.prefix + message["topic"], message["value"], message["key"].encode(),
                                  headers=message["headers"],
                                  on_delivery=lambda e, m, refused=message["refused"]: self._acknowledge(e, m, refused))

    def _acknowledge(self, error, message, refused):
        if error is not None:
            self.errors.append(str(error))
        elif refused:
            self.refused.add((message.topic().removeprefix(self.prefix), message.partition(), message.offset()))

    def finish(self):
        self.thread.join(300)
        if self.producer.flush(300) or self.errors:
            raise RuntimeError(f"the workload could not be sent: {self.errors[:3]}")
