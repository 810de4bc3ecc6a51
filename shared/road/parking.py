"""Parking: a fact that could not be handled waits with those behind it, and is tried again in order."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now
from shared.events import Envelope
from shared.road import outbox
from shared.road.giving_up import keys_told_anew, pass_over
from shared.road.hearing import HandlerFailed, Hearer
from shared.road.places import Key
from shared.road.tables import Inbox, Parked
from shared.telemetry import PARKED_KEYS

log = structlog.get_logger()

FAILED, GAP, BEHIND, DROPPED = "failed", "gap", "behind", "dropped"
SCHEDULE = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)]
HOURLY, GIVE_UP_AFTER = timedelta(hours=1), timedelta(hours=24)
GAP_ALARM_AFTER = timedelta(seconds=60)
PAYLOAD_KEPT = timedelta(days=7)
CHUNK = 100


def next_try(attempts: int, parked_at: datetime, moment: datetime) -> datetime | None:
    """After 1, 5 and 30 minutes, then hourly; None after a day: a person must look."""
    wait = SCHEDULE[attempts - 1] if attempts <= len(SCHEDULE) else HOURLY
    return moment + wait if moment + wait - parked_at <= GIVE_UP_AFTER else None


async def park(session: AsyncSession, envelope: Envelope, reason: str, *, error: BaseException | None = None) -> None:
    """Puts a fact aside; the key's inbox row must be locked. A fact that is there already stays as it is."""
    moment, attempts = now(), 1 if reason == FAILED else 0
    await session.execute(
        insert(Parked)
        .values(
            producer=envelope.service,
            aggregate_id=envelope.aggregate_id,
            sequence=envelope.sequence,
            attributes=envelope.attributes(),
            payload=envelope.data,
            reason=reason,
            error=repr(error)[:2000] if error else None,
            attempts=attempts,
            parked_at=moment,
            next_try_at=next_try(1, moment, moment) if reason == FAILED else None,
        )
        .on_conflict_do_nothing()
    )
    log.error("fact parked", reason=reason, type=envelope.type, source=envelope.source, sequence=envelope.sequence)


def _envelope(row: Parked) -> Envelope:
    headers = [(f"ce_{name}", value.encode()) for name, value in row.attributes.items()]
    return Envelope.read(headers, row.payload)


async def drain(hearer: Hearer, key: Key, *, only_due: bool = True, gaps_only: bool = False) -> bool:
    """Handles what waits for a key, in order, a chunk a transaction; whether the key is free afterwards.

    Somebody else at work on the key is left alone (SKIP LOCKED). Raises what is transient.
    """
    while True:
        async with hearer.database.transaction() as session:
            outcome = await _drain_chunk(hearer, session, key, only_due=only_due, gaps_only=gaps_only)
        if outcome is not None:
            return outcome


async def _drain_chunk(
    hearer: Hearer, session: AsyncSession, key: Key, *, only_due: bool, gaps_only: bool
) -> bool | None:
    """True: free. False: still blocked, or somebody else's. None: more may wait."""
    inbox = await session.scalar(
        select(Inbox)
        .where(Inbox.producer == key.producer, Inbox.aggregate_id == key.aggregate_id)
        .with_for_update(skip_locked=True)
    )
    if inbox is None:
        return False
    mine = (Parked.producer == key.producer, Parked.aggregate_id == key.aggregate_id)
    await session.execute(delete(Parked).where(*mine, Parked.sequence <= inbox.last))
    rows = (await session.scalars(select(Parked).where(*mine).order_by(Parked.sequence).limit(CHUNK))).all()
    for row in rows:
        missing = row.sequence if row.reason == DROPPED else row.sequence - 1  # up to here nothing can be handled
        if inbox.last < missing and not await pass_over(session, hearer.consumer.service, inbox, missing):
            return False  # a number has not come, or its content was not kept: to pass over it would lose its effect
        if row.reason == DROPPED:
            await session.delete(row)
            continue
        if gaps_only and row.reason == FAILED:
            return False
        if only_due and row.reason == FAILED and (row.next_try_at is None or row.next_try_at > now()):
            return False
        if not await _try(hearer, session, row):
            return False
        inbox.last = row.sequence
    return None if len(rows) == CHUNK else True


async def _try(hearer: Hearer, session: AsyncSession, row: Parked) -> bool:
    mark = outbox.mark(session)
    try:
        async with session.begin_nested():
            await hearer.handle(session, _envelope(row))
    except HandlerFailed as failure:
        outbox.rewind(session, mark)
        row.reason, row.attempts, row.error = FAILED, row.attempts + 1, repr(failure.__cause__)[:2000]
        row.next_try_at = next_try(row.attempts, row.parked_at, now())
        return False
    await session.delete(row)
    return True


async def retry_parked(hearer: Hearer) -> None:
    """The loop that tries due keys again, tells of gaps that stand, and drops payloads after seven days."""
    told: set[Key] = set()
    while True:
        await retry_due(hearer)
        stale = await _watch(hearer)
        for key in stale - told:
            log.error("a missing fact has not come", producer=key.producer, aggregate_id=str(key.aggregate_id))
        told = stale
        await asyncio.sleep(5)


async def retry_due(hearer: Hearer) -> None:
    """One round: the keys whose time has come, and those that wait for nothing any more."""
    for key in await _due(hearer):
        await drain(hearer, key)


async def _due(hearer: Hearer) -> list[Key]:
    async with hearer.database.transaction() as session:
        rows = await session.execute(
            select(Parked.producer, Parked.aggregate_id)
            .where(Parked.next_try_at <= now())
            .order_by(Parked.next_try_at)
            .limit(CHUNK)
        )
        due = [Key(producer, aggregate_id) for producer, aggregate_id in rows]
        return list(dict.fromkeys([*due, *await _free(session), *await keys_told_anew(session)]))


async def _free(session: AsyncSession) -> list[Key]:
    """Keys whose next fact is here and has not failed: whoever closed the gap died before it drained them."""
    rows = await session.execute(
        select(Parked.producer, Parked.aggregate_id)
        .join(Inbox, (Inbox.producer == Parked.producer) & (Inbox.aggregate_id == Parked.aggregate_id))
        .where(Parked.reason.in_((GAP, BEHIND)), Parked.sequence <= Inbox.last + 1)
        .limit(CHUNK)
    )
    return [Key(producer, aggregate_id) for producer, aggregate_id in rows]


async def _watch(hearer: Hearer) -> set[Key]:
    """Measures what waits and drops old content; the keys whose gap has stood for a minute."""
    moment = now()
    async with hearer.database.transaction() as session:
        counts = await session.execute(
            select(Parked.producer, func.count(Parked.aggregate_id.distinct())).group_by(Parked.producer)
        )
        found = dict(counts.all())
        rows = await session.execute(
            text("SELECT DISTINCT producer, aggregate_id FROM parked WHERE reason = :gap AND parked_at < :before"),
            {"gap": GAP, "before": moment - GAP_ALARM_AFTER},
        )
        stale = {Key(producer, aggregate_id) for producer, aggregate_id in rows}
        await session.execute(
            update(Parked)
            .where(Parked.parked_at < moment - PAYLOAD_KEPT, Parked.payload.is_not(None))
            .values(payload=None, reason=DROPPED, next_try_at=None)
        )
    for producer in hearer.consumer.producers:
        PARKED_KEYS.labels(hearer.consumer.service, producer).set(found.get(producer, 0))
    return stale


async def is_parked(session: AsyncSession, key: Key) -> bool:
    """Whether anything of the key waits here."""
    found = await session.scalar(
        select(Parked.sequence).where(Parked.producer == key.producer, Parked.aggregate_id == key.aggregate_id).limit(1)
    )
    return found is not None


async def parked(session: AsyncSession, *, limit: int = 100) -> list[dict[str, Any]]:
    """What waits, oldest first, for the person who must look."""
    rows = await session.scalars(select(Parked).order_by(Parked.parked_at, Parked.sequence).limit(limit))
    return [
        {
            "producer": row.producer,
            "aggregate_id": str(row.aggregate_id),
            "sequence": row.sequence,
            "type": row.attributes["type"],
            "reason": row.reason,
            "error": row.error,
            "attempts": row.attempts,
            "parked_at": row.parked_at.isoformat(),
            "next_try_at": row.next_try_at.isoformat() if row.next_try_at else None,
        }
        for row in rows
    ]
