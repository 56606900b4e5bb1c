"""A small filesystem of its own, so that a disk can be full without harm to anybody else's."""

import os
import pathlib
import shutil
import subprocess


class SmallDisk:
    """A loop-mounted ext4 image, whose fsync is as real as its file's; nothing is mounted without the right to."""

    def __init__(self, folder, name, megabytes):
        self.path = pathlib.Path(folder) / name
        self.image = pathlib.Path(folder) / f"{name}.img"
        self.path.mkdir()
        self.is_mounted = self._mount(megabytes)

    def _mount(self, megabytes):
        if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
            return False
        with open(self.image, "wb") as file:
            file.truncate(megabytes << 20)
        # -m 0: reserved blocks would let root fill what the server's user cannot use.
        for command in (["mkfs.ext4", "-q", "-m", "0", self.image], ["mount", "-o", "loop", self.image, self.path]):
            if subprocess.run(command, check=False, capture_output=True).returncode != 0:
                return False
        (self.path / "lost+found").rmdir()
        return True

    @property
    def ballast(self):
        return self.path / ".ballast"

    def fill(self):
        """Takes all space, in pieces that get smaller as it runs out."""
        taken, piece = 0, 256 << 20
        with open(self.ballast, "wb") as file:
            while piece >= 4096:
                try:
                    os.posix_fallocate(file.fileno(), taken, piece)
                    taken += piece
                except OSError:
                    piece //= 2

    def free(self):
        self.ballast.unlink(missing_ok=True)

    def close(self):
        if self.is_mounted:
            subprocess.run(["umount", "-l", self.path], check=False, capture_output=True)
            self.image.unlink(missing_ok=True)
