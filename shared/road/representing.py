"""Representing: what is owned is told anew, from state, to a hearer that is new or has lost data.

Ordinary facts with the next number and `represented`, recorded as an action records them: one short transaction per
aggregate, locked, so that a live change comes wholly before or wholly after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from shared.db import Database
from shared.events import Event
from shared.road.outbox import record
from shared.road.tables import Outbox

CHUNK = 500
BACKLOG = 2_000  # live facts must not wait behind a whole country's
LOWEST = UUID(int=0)
Told = Callable[[str, int], None]  # the kind of aggregate, and how many of it have been told by now


@dataclass(frozen=True)
class Representation:
    """One kind of aggregate: where its ids are (`where`: of those that somebody heard of), and its state as facts.

    `facts` locks the aggregate; it gives none for one that is no more.
    """

    aggregate: str
    ids: InstrumentedAttribute[UUID]
    facts: Callable[[AsyncSession, UUID], Awaitable[Sequence[Event]]]
    where: ColumnElement[bool] | None = None


async def represent(
    database: Database, kinds: Sequence[Representation], *, since: datetime | None = None, told: Told | None = None
) -> dict[str, int]:
    """Tells everything anew, or what has recorded a fact since then and is still kept; aggregates told, by kind.

    May be stopped and started again at any time. Waits while more than 2,000 facts are about to be sent.
    """
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind.aggregate], after = 0, LOWEST
        while ids := await _ids(database, kind, after, since=since):
            for aggregate_id in ids:
                counts[kind.aggregate] += await _tell(database, kind, aggregate_id)
            after = ids[-1]
            if told:
                told(kind.aggregate, counts[kind.aggregate])
            await _room(database)
    return counts


async def _ids(database: Database, kind: Representation, after: UUID, *, since: datetime | None) -> Sequence[UUID]:
    wanted: Any = select(kind.ids).where(kind.ids > after).order_by(kind.ids).limit(CHUNK)
    if kind.where is not None:
        wanted = wanted.where(kind.where)
    if since is not None:
        wanted = wanted.where(kind.ids.in_(select(Outbox.aggregateid).where(Outbox.time >= since)))
    async with database.transaction() as session:
        return list(await session.scalars(wanted))


async def _tell(database: Database, kind: Representation, aggregate_id: UUID) -> bool:
    async with database.transaction() as session:
        facts = await kind.facts(session, aggregate_id)
        record(session, *facts, represented=True)
        return bool(facts)


UNSENT = text("""
SELECT count(*) < :backlog OR pg_try_advisory_xact_lock(hashtextextended('lantoa.relay', 0)) FROM (
  SELECT FROM outbox WHERE sent_at IS NULL AND parked_reason IS NULL LIMIT :backlog) AS unsent""")


async def _room(database: Database) -> None:
    """Until the backlog is short, or where nobody sends at all: then it may lie."""
    while True:
        async with database.transaction() as session:
            if await session.scalar(UNSENT, {"backlog": BACKLOG}):
                return
        await asyncio.sleep(0.2)
