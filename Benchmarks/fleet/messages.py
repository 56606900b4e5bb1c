"""The fleet's messages, generated from the published schemas."""

import datetime
import hashlib
import importlib
import pathlib
import sys

import confluent_kafka
from grpc_tools import protoc

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "topics" / "schemas"
EPOCH = datetime.date(1970, 1, 1)


def generate(folder):
    """The module of race.proto."""
    if protoc.main(["protoc", f"-I{SCHEMAS}", f"--python_out={folder}", str(SCHEMAS / "race.proto")]) != 0:
        raise SystemExit("protoc refused topics/schemas/race.proto")
    sys.path.insert(0, str(folder))
    return importlib.import_module("race_pb2")


def digest(parts):
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def headers(kind, source, microseconds, key):
    """CloudEvents 1.0 in binary mode, as Envelope.swift makes them."""
    event = digest([kind, *key])
    moment = datetime.datetime.fromtimestamp(microseconds / 1e6, datetime.timezone.utc)
    pairs = {"ce_specversion": "1.0", "ce_id": event, "ce_type": kind, "ce_source": source,
             "ce_time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
             "content-type": "application/protobuf",
             "traceparent": f"00-{digest(['trace', *key[:4]])}-{event[:16]}-01"}
    return [(name, value.encode()) for name, value in pairs.items()]


def live_request(schema, race, day, as_of, model):
    """A live request as the scheduler emits it: its value and its headers."""
    model_id, name, version, feature_set_hash = model
    request = schema.RaceRequest(race_id=race, race_day=(day - EPOCH).days, as_of=as_of, origin=schema.ORIGIN_LIVE,
                                 revision=1)
    request.models.add(name=name, version=version, model_id=model_id, feature_set_hash=feature_set_hash)
    key = [str(race), str(as_of), "live", "1"]
    return request.SerializeToString(), headers("giddyup.race.request.v1", "scheduler", as_of, key)


def producer(servers, linger):
    """With the compression and the guarantees of the workers' own.

    - linger: milliseconds that a message may wait for others.
    """
    return confluent_kafka.Producer({
        "bootstrap.servers": servers, "enable.idempotence": True, "acks": "all", "compression.type": "lz4",
        "linger.ms": linger, "queue.buffering.max.messages": 200_000, "log_level": 2})


class Sender:
    """Sends, and knows whether everything was acknowledged."""

    def __init__(self, servers, linger=5):
        self.producer = producer(servers, linger)
        self.errors = []

    def _acknowledge(self, error, _):
        if error is not None:
            self.errors.append(str(error))

    def send(self, topic, key, value, head):
        while True:
            try:
                return self.producer.produce(topic, value, key, headers=head, on_delivery=self._acknowledge)
            except BufferError:
                self.producer.poll(0.1)

    def finish(self):
        if self.producer.flush(120) or self.errors:
            raise SystemExit(f"messages were not acknowledged: {self.errors[:3]}")
