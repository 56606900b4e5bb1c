"""The fleet's messages from outside: generated from the published schemas, with none of the workers' code."""

import datetime
import hashlib
import importlib
import pathlib
import sys

from grpc_tools import protoc

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "topics" / "schemas"
EPOCH = datetime.date(1970, 1, 1)


class Schemas:
    """The protobuf modules, generated into a folder."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(exist_ok=True)
        files = [str(p) for p in sorted(SCHEMAS.glob("*.proto"))]
        if protoc.main(["protoc", f"-I{SCHEMAS}", f"--python_out={folder}", *files]) != 0:
            raise RuntimeError("protoc refused topics/schemas")
        sys.path.insert(0, str(folder))
        for name in ("race", "bet", "dataset", "model"):
            setattr(self, name, importlib.import_module(f"{name}_pb2"))


def digest(parts):
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def headers(kind, source, microseconds, key):
    """CloudEvents 1.0 in binary mode, the id derived from the natural key."""
    event = digest([kind, *key])
    moment = datetime.datetime.fromtimestamp(microseconds / 1e6, datetime.timezone.utc)
    pairs = {"ce_specversion": "1.0", "ce_id": event, "ce_type": kind, "ce_source": source,
             "ce_time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
             "content-type": "application/protobuf",
             "traceparent": f"00-{digest(['trace', *key])}-{event[:16]}-01"}
    return [(name, value.encode()) for name, value in pairs.items()]


def day_number(day):
    return (day - EPOCH).days


def microseconds(day, hour, minute=0):
    moment = datetime.datetime.combine(day, datetime.time(hour, minute), datetime.timezone.utc)
    return int(moment.timestamp()) * 1_000_000
