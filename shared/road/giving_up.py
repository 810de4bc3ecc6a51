"""Giving up what never came: only for a represented fact, which tells the state, and never without a record.

A consumer that lost data, or came late, holds a represented fact behind numbers that will not come any more. When it
has waited a minute they are passed over; what was received is still handled, in order.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from shared.clock import now
from shared.road.places import Key
from shared.road.tables import GivenUp, Inbox, Parked
from shared.telemetry import FACTS_GIVEN_UP

log = structlog.get_logger()

WAITED = timedelta(seconds=60)


def _tells_the_state() -> ColumnElement[bool]:
    """A represented fact with its content, held long enough for a late one to have come before it."""
    represented: ColumnElement[bool] = Parked.attributes["represented"].astext == "true"
    return and_(represented, Parked.payload.is_not(None), Parked.parked_at < now() - WAITED)


async def keys_told_anew(session: AsyncSession) -> list[Key]:
    """The keys that need wait no longer for what is missing."""
    rows = await session.execute(select(Parked.producer, Parked.aggregate_id).where(_tells_the_state()).distinct())
    return [Key(producer, aggregate_id) for producer, aggregate_id in rows]


async def pass_over(session: AsyncSession, service: str, inbox: Inbox, to: int) -> bool:
    """Moves a locked inbox row over the numbers up to `to`, if a represented fact is held from there on."""
    anew = await session.scalar(
        select(func.min(Parked.sequence)).where(
            Parked.producer == inbox.producer,
            Parked.aggregate_id == inbox.aggregate_id,
            Parked.sequence > to,
            _tells_the_state(),
        )
    )
    if anew is None:
        return False
    key = {"producer": inbox.producer, "aggregate_id": inbox.aggregate_id}
    first, inbox.last = inbox.last + 1, to
    session.add(GivenUp(**key, first=first, last=to, represented=anew, at=now()))
    FACTS_GIVEN_UP.labels(service, inbox.producer).inc(to - first + 1)
    log.error("facts given up", producer=inbox.producer, source=str(inbox.aggregate_id), first=first, last=to)
    return True
