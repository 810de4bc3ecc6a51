"""A small TCP proxy between two parts: it can fall silent both ways, be slow, or reset every connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 65_536
CONNECT_LIMIT_S = 5.0
ABRUPT = struct.pack("ii", 1, 0)  # SO_LINGER of zero seconds: closing sends a reset


@dataclass
class Link:
    """Everything that reaches `port` goes on to `target`; what the weather does, it does in both directions."""

    name: str
    port: int
    target: int
    delay_s: float = 0.0
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)
    _calls: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Link:
        self._open.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.heal()
        if self._server is not None:
            self._server.close()
        self.reset()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def cut(self) -> None:
        """A partition: connections stay, nothing passes, not even their end."""
        self._open.clear()

    def heal(self) -> None:
        """What was held back passes now, as a network sends again what was lost."""
        self.delay_s = 0.0
        self._open.set()

    def reset(self) -> None:
        """Both ends of every connection find it broken."""
        for end in list(self._ends):
            self._abort(end)

    def _abort(self, end: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
        end.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.current_task()
        assert call is not None
        self._calls.add(call)
        self._ends.add(writer)
        try:
            await self._open.wait()
            await self._join(reader, writer)
        except (OSError, TimeoutError):
            pass
        finally:
            self._abort(writer)
            self._ends.discard(writer)
            self._calls.discard(call)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(CONNECT_LIMIT_S):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._ends.add(far_writer)
        ways = [
            asyncio.create_task(self._pump(reader, far_writer)),
            asyncio.create_task(self._pump(far_reader, writer)),
        ]
        try:
            await asyncio.gather(*ways)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._abort(far_writer)
            self._ends.discard(far_writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK):
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()
        await self._open.wait()
        writer.write_eof()
