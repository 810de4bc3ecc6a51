"""A small file system for object storage, full when we want: memory mounted where only its holder's children see it.

Nothing stays mounted when the holder ends, and it ends with us.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.native.process import Server
from deploy.native.servers import made, running

SIZE = "256m"
TRY_LIMIT_S = 10.0


@dataclass
class Disk:
    """The folder as object storage sees it, or none where this machine does not let us mount anything."""

    folder: Path
    holder: Server | None = None

    @property
    def can_be_filled(self) -> bool:
        """Whether there is a small file system of our own."""
        return self.holder is not None

    def inside(self, command: list[str]) -> list[str]:
        """The command, run where the small file system is mounted."""
        if self.holder is None:
            return command
        return ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt", "--", *command]

    def fill(self) -> None:
        """Not one byte more fits."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(65_536))
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(b"\0")

    def empty(self) -> None:
        """There is room again."""
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        assert self.holder is not None
        return Path(f"/proc/{self.holder.pid}/root{self.folder}/.ballast")


def may_mount() -> bool:
    """Tried out: root inside a container often may not."""
    if os.geteuid() != 0:
        return False
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(command, check=False, capture_output=True, timeout=TRY_LIMIT_S).returncode == 0
    return False


@asynccontextmanager
async def small_disk(folder: Path) -> AsyncIterator[Disk]:
    """Held by a process on a leash; without the right to mount, an ordinary folder that is never full."""
    place = made(folder / "disk")
    if not may_mount():
        yield Disk(place)
        return
    script = f'mount -t tmpfs -o size={SIZE} tmpfs "$1" && echo mounted && exec sleep infinity'
    holder = Server(
        name="disk",
        url=f"file://{place}",
        command=["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", str(place)],
        log=folder / "disk.log",
        is_ready=lambda server: "mounted" in server.log_since_start(),
    )
    async with running(holder):
        yield Disk(place, holder)
