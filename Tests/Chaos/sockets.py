"""Which process is at the other end of a connection, as /proc shows it."""

import os
import pathlib


def owns_port(pid, port):
    """Whether a process has a connection from this local TCP port."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    try:
        files = list(pathlib.Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
    for file in files:
        try:
            if os.readlink(file) in inodes:
                return True
        except OSError:
            continue
    return False


def is_postgres(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="ascii").startswith("postgres")
    except OSError:
        return False
