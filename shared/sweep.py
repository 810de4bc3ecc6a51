"""What is kept only for a time: sent facts and stored answers seven days, files that nothing uses one day."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import structlog
from sqlalchemy import text

from shared.clock import now
from shared.db import Database
from shared.files.actions import sweep as sweep_files
from shared.parts import Parts

log = structlog.get_logger()

EVERY_S = 600
VACUUM_LIMIT_S = 600.0
CHUNK = 5_000  # short transactions: a sweep never makes a writer wait
# No longer than the topics: what is erased at its source must leave the road within the legal fifteen days.
KEPT = {"outbox": ("sent_at", timedelta(days=7)), "stored_answers": ("at", timedelta(days=7))}


async def sweep_rows(database: Database) -> dict[str, int]:
    """Deletes what is past its time, a chunk a transaction; how many rows of each table.

    Where that was more than a chunk its room is free again afterwards: left to autovacuum, which looks once a minute
    and takes its time, as many dead rows as facts pass in that time lie between the living.
    """
    removed = dict.fromkeys(KEPT, 0)
    for table, (column, kept) in KEPT.items():
        statement = text(
            f"DELETE FROM {table} WHERE ctid = ANY(ARRAY("  # noqa: S608  names are those of KEPT
            f"SELECT ctid FROM {table} WHERE {column} < :before LIMIT :chunk))"
        )
        while True:
            async with database.transaction() as session:
                result = await session.execute(statement, {"before": now() - kept, "chunk": CHUNK})
            count: int = result.rowcount  # type: ignore[attr-defined]
            removed[table] += count
            if count < CHUNK:
                break
        if removed[table] >= CHUNK:
            await _make_room(database, table)
    return removed


async def _make_room(database: Database, table: str) -> None:
    """Beside readers and writers; not at all while somebody else is at it."""
    dsn = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    line = await asyncpg.connect(dsn, timeout=2, server_settings={"application_name": "lantoa-sweep"})
    try:
        await line.execute(f"VACUUM (SKIP_LOCKED) {table}", timeout=VACUUM_LIMIT_S)
    finally:
        line.terminate()


async def sweep(parts: Parts) -> None:
    """The loop; several replicas may run it at once."""
    while True:
        removed = await sweep_rows(parts.database)
        files = await sweep_files(parts.database, parts.store, now())
        if files or any(removed.values()):
            log.info("swept", **removed, files=files)
        await asyncio.sleep(EVERY_S)
