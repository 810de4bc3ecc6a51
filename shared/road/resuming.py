"""Resuming after a restore: the numbers given out since the dump are found and never given out twice.

A database restored from a dump knows less of its own past than those who heard it. A fact under a number that they have
had would be absorbed unheard; so each sequence is first raised to the highest that its topic or a hearer knows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.events import Envelope
from shared.road.relay import TRY_LOCK
from shared.road.tables import Inbox, Outbox, Parked

CHUNK = 5_000
# Readers of catch-up and streams hold positions that this database has forgotten: the next ones lie beyond them all.
POSITIONS_AHEAD = 1_000_000_000


class StillRunning(Exception):
    """A process of the service sends facts at this moment; it must be stopped first."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The highest number that somebody outside has of an aggregate; what it said, if the topic still has it."""

    last: int
    type: str | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """An aggregate of which others know facts `known + 1` to `heard.last`, and this database does not."""

    aggregate_id: UUID
    known: int
    heard: Heard


@dataclass
class Resumed:
    """What was found and raised, and how many facts waited to be sent under numbers that were taken."""

    unknown: list[Unknown] = field(default_factory=list)
    renumbered: int = 0


async def resume(
    database: Database, history: AsyncIterator[Envelope], hearers: Mapping[str, Database], *, service: str
) -> Resumed:
    """Raises every sequence and renumbers what has not been sent. Harmless when repeated. Raises StillRunning."""
    async with _alone(database):
        found, sent = await _on_the_topic(database, history)
        for hearer in hearers.values():
            async for aggregate_id, last in _inbox(hearer, service):
                if aggregate_id not in found or last > found[aggregate_id].last:
                    found[aggregate_id] = replace(found.get(aggregate_id, Heard(0)), last=last)
        resumed = Resumed()
        ordered = sorted(found)
        for start in range(0, len(ordered), CHUNK):
            part = {aggregate_id: found[aggregate_id] for aggregate_id in ordered[start : start + CHUNK]}
            async with database.transaction() as session:
                resumed.renumbered += await _renumber(session, part, sent)
                resumed.unknown += await _raise(session, part)
        if resumed.unknown:
            await _new_positions(database)
    return resumed


async def _new_positions(database: Database) -> None:
    """Whoever reads by position is told that his is too old, and reads the state: what he would miss is lost here."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE relay SET last = last + :ahead"), {"ahead": POSITIONS_AHEAD})
        await session.execute(text("DELETE FROM outbox WHERE sent_at IS NOT NULL"))


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """Holds the relay's lock, so that nothing is sent before the numbers are right."""
    async with database.engine.connect() as connection:
        if not await connection.scalar(text(TRY_LOCK)):
            raise StillRunning
        await connection.commit()
        try:
            yield
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock_all()"))
            await connection.commit()


async def _on_the_topic(
    database: Database, history: AsyncIterator[Envelope]
) -> tuple[dict[UUID, Heard], frozenset[UUID]]:
    """The highest of each aggregate, and the ids of our unsent facts that are there already."""
    async with database.transaction() as session:
        unsent = set(await session.scalars(select(Outbox.id).where(Outbox.sent_at.is_(None))))
    found: dict[UUID, Heard] = {}
    sent = set()
    async for envelope in history:
        before = found.get(envelope.aggregate_id)
        if before is None or envelope.sequence > before.last:
            found[envelope.aggregate_id] = Heard(envelope.sequence, envelope.type, envelope.time)
        if envelope.id in unsent:
            sent.add(envelope.id)
    return found, frozenset(sent)


async def _inbox(hearer: Database, service: str) -> AsyncIterator[tuple[UUID, int]]:
    """How far a hearer has us, handled or parked."""
    after = UUID(int=0)
    waiting = select(func.max(Parked.sequence)).where(
        Parked.producer == service, Parked.aggregate_id == Inbox.aggregate_id
    )
    highest = func.greatest(Inbox.last, func.coalesce(waiting.scalar_subquery(), 0))
    rows: Sequence[Any] = [None]
    while rows:
        statement = select(Inbox.aggregate_id, highest).where(Inbox.producer == service, Inbox.aggregate_id > after)
        async with hearer.transaction() as session:
            rows = (await session.execute(statement.order_by(Inbox.aggregate_id).limit(CHUNK))).all()
        for aggregate_id, last in rows:
            yield aggregate_id, last
            after = aggregate_id


RENUMBER = text("""
WITH given AS (SELECT * FROM unnest(CAST(:aggregates AS uuid[]), CAST(:lasts AS bigint[])) AS g(aggregate_id, last)),
late AS (
  SELECT o.position, g.last + row_number() OVER (PARTITION BY o.aggregateid ORDER BY o.position) AS number
  FROM outbox o JOIN given g ON g.aggregate_id = o.aggregateid
  WHERE o.sent_at IS NULL AND NOT o.id = ANY(CAST(:sent AS uuid[]))
    AND EXISTS (SELECT 1 FROM outbox p WHERE p.aggregateid = o.aggregateid AND p.sent_at IS NULL
                AND p.sequence <= g.last AND NOT p.id = ANY(CAST(:sent AS uuid[]))))
UPDATE outbox o SET sequence = late.number FROM late
WHERE o.position = late.position AND o.sequence <> late.number RETURNING o.aggregateid, o.sequence""")
RAISE = text("""
WITH given AS (SELECT * FROM unnest(CAST(:aggregates AS uuid[]), CAST(:lasts AS bigint[])) AS g(aggregate_id, last)),
before AS (
  SELECT g.aggregate_id, g.last, coalesce(s.last, 0) AS known
  FROM given g LEFT JOIN sequences s ON s.aggregate_id = g.aggregate_id),
raised AS (
  INSERT INTO sequences (aggregate_id, last) SELECT aggregate_id, last FROM before WHERE last > known
  ORDER BY aggregate_id
  ON CONFLICT (aggregate_id) DO UPDATE SET last = GREATEST(sequences.last, excluded.last))
SELECT aggregate_id, known FROM before WHERE last > known ORDER BY aggregate_id""")
LIFT = text("""
UPDATE sequences s SET last = GREATEST(s.last, g.last)
FROM unnest(CAST(:aggregates AS uuid[]), CAST(:lasts AS bigint[])) AS g(aggregate_id, last)
WHERE s.aggregate_id = g.aggregate_id""")


async def _renumber(session: AsyncSession, heard: Mapping[UUID, Heard], sent: frozenset[UUID]) -> int:
    """Facts recorded after the restore and not sent, under numbers that were taken: behind all that was heard."""
    named = {"aggregates": list(heard), "lasts": [one.last for one in heard.values()]}
    rows = (await session.execute(RENUMBER, {**named, "sent": list(sent)})).all()
    highest: dict[UUID, int] = {}
    for aggregate_id, number in rows:
        highest[aggregate_id] = max(number, highest.get(aggregate_id, 0))
    await session.execute(LIFT, {"aggregates": list(highest), "lasts": list(highest.values())})
    return len(rows)


async def _raise(session: AsyncSession, heard: Mapping[UUID, Heard]) -> list[Unknown]:
    named = {"aggregates": list(heard), "lasts": [one.last for one in heard.values()]}
    rows = await session.execute(RAISE, named)
    return [Unknown(aggregate_id, known, heard[aggregate_id]) for aggregate_id, known in rows]
