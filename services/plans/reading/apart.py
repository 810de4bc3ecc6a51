"""Reading in a process of its own: whatever a file does to its reader, the service goes on.

A document from outside may crash a library written in C, ask for all memory, or never end. It is read with limits of
time and memory, by a process that ends with it.
"""

from __future__ import annotations

import asyncio
import atexit
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from subprocess import DEVNULL

import orjson

from services.plans.reading.problems import UNREADABLE, TookTooLong
from services.plans.reading.reading import Reading
from shared.errors import Unavailable

READER = [sys.executable, "-m", "services.plans.reading"]
LIMIT_S, ENDS_WITHIN_S = 35.0, 5.0
MOST_AT_ONCE = 3  # of one service process; each may use a processor and its share of memory
PROBLEMS = {problem.code: problem for problem in UNREADABLE}


class Apart:
    """The reading process of this one: started at the first document, and again whenever it has ended."""

    def __init__(self) -> None:
        self._reading = 0
        self._starting = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    async def read(self, data: bytes, name: str) -> Reading:
        """As `read_file`. Raises what that raises, TookTooLong, and Unavailable while three others are being read."""
        if self._reading >= MOST_AT_ONCE:
            raise Unavailable(part="reading")
        self._reading += 1
        try:
            async with asyncio.timeout(LIMIT_S):
                answer = await self._asked(orjson.dumps({"name": name}) + b"\n" + data)
        except (TimeoutError, OSError) as error:
            raise TookTooLong from error
        finally:
            self._reading -= 1
        return _told(answer)

    async def _asked(self, question: bytes) -> bytes:
        """Nothing comes back from a process that was ended by its limits."""
        connection = await asyncio.to_thread(self._connected)
        answers, asks = await asyncio.open_unix_connection(sock=connection)
        try:
            asks.write(question)
            asks.write_eof()
            return await answers.read()
        finally:
            asks.close()

    def _connected(self) -> socket.socket:
        """A connection whose other end a reader holds. Raises OSError."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._starting:
                self._hand(theirs)
        except OSError:
            ours.close()
            raise
        return ours

    def _hand(self, connection: socket.socket) -> None:
        """A process that has just ended for want of work is started again."""
        for _ in range(2):
            control = self._control or self._start()
            with suppress(OSError):
                socket.send_fds(control, [b"."], [connection.fileno()])
                return
            self.close()
        raise ConnectionError

    def _start(self) -> socket.socket:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(READER, stdin=theirs.fileno(), stdout=DEVNULL, stderr=DEVNULL)
        return self._control

    def close(self) -> None:
        """Ends the process: it has nothing to do once nobody can reach it. What is being read is still answered."""
        if self._control and self._process:
            self._control.close()
            self._process.wait(ENDS_WITHIN_S)
            self._control = self._process = None


def _told(answer: bytes) -> Reading:
    if not answer:
        raise TookTooLong
    said = orjson.loads(answer)
    if "problem" in said:
        raise PROBLEMS[said["problem"]](**said["params"])
    return Reading.model_validate(said["reading"])


APART = Apart()
