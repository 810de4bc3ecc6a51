"""An outbox through which millions of facts go keeps the size of what it holds, and its questions their price."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from sqlalchemy import text

from shared.bus.memory import MemoryBus
from shared.db import Database
from shared.events import Envelope
from shared.sweep import sweep_rows
from tests.bench.road.ground import Ground, Row, fill
from tests.bench.road.relaying import relaying

SMALL = 100_000
HELD = 20_000  # so many are in the outbox at a time
SIZE = text("SELECT pg_total_relation_size('outbox')")
AGED = text("UPDATE outbox SET sent_at = sent_at - interval '8 days' WHERE sent_at > now() - interval '1 day'")


class Taking(MemoryBus):
    """A carrier that takes everything at once: only the outbox is looked at here."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
        """All of it."""
        self.count += len(batch)
        return len(batch)


async def small(here: Ground, rounds: int) -> list[Row]:
    """As many facts as a bench has time for; ten million are started by hand."""
    return await grown(here, SMALL)


async def grown(here: Ground, facts: int) -> list[Row]:
    """Recorded, relayed, aged and swept, 20,000 at a time; sizes after the first tenth and at the end."""
    sizes: list[int] = []
    reads: list[float] = []
    async with here.database() as database:
        bus = Taking()
        async with relaying(database, bus):
            for passed in range(HELD, facts + 1, HELD):
                await _through(database, bus, passed)
                sizes.append(await _size(database))
                reads.append(await _question(database))
    early, late = max(1, len(sizes) // 10), len(sizes)
    note = f"{facts:,} facts, {HELD:,} held at a time, swept in batches; peer: the same after a tenth"
    return [
        _row("outbox with its indexes, at the end", _mib(sizes[-early:]), _mib(sizes[:early]), "MiB", note),
        _row("what the relay asks when nothing waits", min(reads[-early:]), min(reads[:early]), f"ms of {late}", note),
    ]


def _mib(sizes: Sequence[int]) -> float:
    return max(sizes) / 2**20


def _row(what: str, ours: float, peer: float, unit: str, note: str) -> Row:
    ratio = round(ours / peer, 2)
    return {"what": what, "ours": round(ours, 2), "peer": round(peer, 2), "ratio": ratio, "unit": unit, "note": note}


async def _through(database: Database, bus: Taking, passed: int) -> None:
    await fill(database, HELD, tidied=False)  # room is made by autovacuum or not at all
    while bus.count < passed:
        await asyncio.sleep(0.02)
    async with database.transaction() as session:
        await session.execute(AGED)
    await sweep_rows(database)


async def _size(database: Database) -> int:
    async with database.transaction() as session:
        found: int = await session.scalar(SIZE)
        return found


async def _question(database: Database) -> float:
    """Milliseconds; the least of five."""
    async with database.transaction() as session:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            await session.execute(text("SELECT position FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT 500"))
            times.append((time.perf_counter() - began) * 1000)
    return min(times)
