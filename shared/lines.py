"""Plain statements for what is asked most: prepared, on connections of their own, without a session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

AT_ONCE = 4
LIMIT_S = 1.0  # what takes longer is no hot read
FREE_S, ANSWER_S = 0.2, 0.2  # whoever gives up here asks a session next: both together within two seconds
WRITE_S = 35.0  # the server's own limits end it before


class Lines:
    """A few connections, opened when needed; one that failed, or whose answer is not waited for, is thrown away."""

    def __init__(self, url: URL, settings: dict[str, str]) -> None:
        self._dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._settings = settings
        self._free = asyncio.Semaphore(AT_ONCE)
        self._idle: list[asyncpg.Connection] = []

    async def rows(self, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """Raises what asyncpg and the network raise, and TimeoutError."""
        async with self._free:
            line = self._idle.pop() if self._idle else await self._open()
            try:
                found: list[asyncpg.Record] = await line.fetch(sql, *arguments, timeout=LIMIT_S)
            except BaseException:
                line.terminate()
                raise
            self._idle.append(line)
            return found

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """Committed when the block ends well, rolled back otherwise. Raises what `rows` raises."""
        async with asyncio.timeout(FREE_S):
            await self._free.acquire()
        line: asyncpg.Connection | None = None
        whole = False
        try:
            async with asyncio.timeout(ANSWER_S):
                line = self._idle.pop() if self._idle else await self._open()
                await line.execute("BEGIN")
            try:
                yield line
            except Exception:
                await line.execute("ROLLBACK")
                whole = True
                raise
            await line.execute("COMMIT", timeout=WRITE_S)
            whole = True
        finally:
            if whole:
                self._idle.append(line)
            elif line is not None:
                line.terminate()
            self._free.release()

    async def _open(self) -> asyncpg.Connection:
        return await asyncpg.connect(
            self._dsn, timeout=LIMIT_S, command_timeout=LIMIT_S, server_settings=self._settings
        )

    def close(self) -> None:
        """At once: nothing is ever half done here."""
        while self._idle:
            self._idle.pop().terminate()
