"""Rows on their way into PostgreSQL: one COPY for each table, all open at once, none holding more than a piece."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

PIECE = 2_000  # lines that are sent together
NULL = "\\N"


def line(*values: str) -> str:
    """One row as COPY reads it; no value of ours has a tab, a line end or a backslash in it."""
    return "\t".join(values) + "\n"


class Table:
    """One COPY: fed with lines, it takes a piece while the next is made."""

    def __init__(self, dsn: str, name: str, columns: str) -> None:
        self.lines: list[str] = []
        self.add = self.lines.append
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=2)
        self._copying = asyncio.create_task(self._copy(dsn, name, columns.split()))

    async def _copy(self, dsn: str, name: str, columns: list[str]) -> None:
        connection = await asyncpg.connect(dsn)
        try:
            # neither triggers that tell listening processes nor foreign keys: what is written here is whole by design
            await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
            await connection.copy_to_table(name, source=self._source(), columns=columns)
        finally:
            connection.terminate()

    async def _source(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            yield piece

    async def send(self) -> None:
        """What has gathered. Raises what the COPY raised."""
        if self.lines:
            await self._put("".join(self.lines).encode())
            self.lines.clear()

    async def _put(self, piece: bytes | None) -> None:
        putting = asyncio.ensure_future(self._pieces.put(piece))
        await asyncio.wait({putting, self._copying}, return_when=asyncio.FIRST_COMPLETED)
        if self._copying.done():
            putting.cancel()
            await self._copying

    async def close(self) -> None:
        """Until the last row is there."""
        await self.send()
        await self._put(None)
        await self._copying


class Tables:
    """Every table of the databases that are filled; rows for a database that is not are dropped."""

    def __init__(self, databases: dict[str, str]) -> None:
        self.databases = databases
        self._open: dict[str, Table] = {}
        self._dropped: dict[str, list[str]] = defaultdict(list)

    def of(self, service: str, name: str, columns: str) -> Any:
        """What takes the lines of one table."""
        if service not in self.databases:
            return lambda _: None
        self._open[f"{service}.{name}"] = table = Table(self.databases[service], name, columns)
        return table.add

    async def send(self, *, least: int = PIECE) -> None:
        """The tables that have so many lines."""
        for table in self._open.values():
            if len(table.lines) >= least:
                await table.send()

    async def close(self) -> None:
        """Until every row is there."""
        for table in self._open.values():
            await table.close()


@asynccontextmanager
async def without_indexes(dsn: str) -> AsyncIterator[None]:
    """Rows first, then the indexes over all of them: a third of the time. What guards a key stays."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            """SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index
            JOIN pg_class ON pg_class.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace
            WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""
        )
        for row in rows:
            await connection.execute(f"DROP INDEX {row['name']}")
        yield
        await connection.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
        for row in rows:
            await connection.execute(row["made"])
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
