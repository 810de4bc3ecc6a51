"""One outside server as a process: started and awaited, killed, paused, stopped, and never left behind."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

START_LIMIT_S = 60.0
STOP_LIMIT_S = 20.0
LOOK_EVERY_S = 0.05


class ServerDidNotStart(RuntimeError):
    """The server ended or stayed silent; the message ends with the last lines of its log."""


@dataclass
class Server:
    """A server with a fixed address and data folder, which may be killed and started again on both."""

    name: str
    url: str
    command: list[str]
    log: Path
    is_ready: Callable[["Server"], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    run_as: int | None = None  # user id; only root can run as somebody else
    stop_signal: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _leash: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _log_start: int = field(default=0, init=False, repr=False)

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log_since_start(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace")

    async def start(self, limit_s: float = START_LIMIT_S) -> None:
        """Start and wait until it answers. Raises ServerDidNotStart; nothing is left running then."""
        if self.running:
            raise RuntimeError(f"{self.name} is running already")
        self.kill()  # what is left of one that ended by itself
        self._spawn()
        deadline = time.monotonic() + limit_s
        while not await asyncio.to_thread(self.is_ready, self):
            if not self.running or time.monotonic() > deadline:
                self.kill()
                tail = "\n".join(self.log_since_start().splitlines()[-15:])
                raise ServerDidNotStart(f"{self.name} did not get ready within {limit_s:.0f} s:\n{tail}")
            await asyncio.sleep(LOOK_EVERY_S)

    async def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """Ask it to end, kill it when it does not. Harmless when it has ended."""
        if self._process is None:
            return
        if self.running:
            self.resume()
            self._process.send_signal(self.stop_signal)
            deadline = time.monotonic() + limit_s
            while self.running and time.monotonic() < deadline:
                await asyncio.sleep(LOOK_EVERY_S)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to it and to all its children, at once; returns when they are gone."""
        if self._process is None:
            return
        family = self._frozen_family()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()
        psutil.wait_procs(family, timeout=STOP_LIMIT_S)
        self._process = None
        self._unleash()

    def pause(self) -> None:
        """SIGSTOP to it and to all its children: it keeps its connections and answers nothing."""
        self._frozen_family()

    def resume(self) -> None:
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.pid)
            for process in [*parent.children(recursive=True), parent]:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def _frozen_family(self) -> list[psutil.Process]:
        """The parent is stopped first: so no child is born unseen."""
        if not self.running:
            return []
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.pid)
            parent.suspend()
            family = [parent, *parent.children(recursive=True)]
            for process in family[1:]:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            return family
        return []

    def _spawn(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            # a session of its own: Ctrl-C reaches only the starter, which then stops its servers in order
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                cwd=self.log.parent,
                user=self.run_as,
                start_new_session=True,
            )
        # The pipe's other end is ours alone: it closes when this process ends, even by SIGKILL, and the leash
        # takes the server along. On an ordinary stop the leash is cut first.
        self._leash = subprocess.Popen(
            ["sh", "-c", f"read -r _; kill -s KILL -- -{self._process.pid}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _unleash(self) -> None:
        if self._leash is None:
            return
        self._leash.kill()
        self._leash.wait()
        if self._leash.stdin is not None:
            self._leash.stdin.close()
        self._leash = None
