"""Standing in the way, so that a race is run the same way every time.

A storm passes by luck where the window is small. Here the test's own connection holds a lock until everybody who
races stands before it, in an order that the test chose: PostgreSQL lets those who wait for a row go in that order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

PATIENCE_S = 50
AT_THE_GATE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE 'lantoa-%'"""


class Gate:
    """A lock held by the test."""

    def __init__(self, connection: asyncpg.Connection, url: str) -> None:
        self.connection, self.url = connection, url

    async def stand_before(self, count: int) -> None:
        """Waits until so many connections of the product wait for a lock."""
        watcher = await asyncpg.connect(self.url)
        try:
            async with asyncio.timeout(PATIENCE_S):
                while await watcher.fetchval(AT_THE_GATE) != count:
                    await asyncio.sleep(0.005)
        finally:
            await watcher.close()


@asynccontextmanager
async def holding(url: str, statement: str, *values: Any) -> AsyncIterator[Gate]:
    """What `statement` locks, until the block ends; nothing is changed by it."""
    connection = await asyncpg.connect(url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(statement, *values)
        yield Gate(connection, url)
        await transaction.rollback()
    finally:
        await connection.close()
