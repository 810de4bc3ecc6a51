"""Catching up: the facts that were sent, in the order they were sent, for whoever was away."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import AppError
from shared.events import CATALOGUE, Envelope
from shared.paging import BadCursor
from shared.road.tables import Outbox, RelayState

SERVICE = "publicity"


class CursorTooOld(AppError):
    """Facts behind this cursor are no longer kept: the reader must read the state again."""

    status, code = 410, "cursor-too-old"


async def sent_facts(session: AsyncSession, *, after: str | None, limit: int) -> tuple[Sequence[Envelope], str]:
    """The next facts and the cursor behind them. `sent_position` never goes back. Raises BadCursor, CursorTooOld.

    `after` is such a cursor, or the id of a fact: who lived on webhooks knows no other.
    """
    position = await _position(session, after)
    if position is not None:
        await _check_kept(session, position)
    public = [kind for kind, fact in CATALOGUE.items() if fact.service == SERVICE and fact.public]
    rows = await session.scalars(
        select(Outbox)
        .where(Outbox.sent_position > (position or 0), Outbox.type.in_(public))
        .order_by(Outbox.sent_position)
        .limit(limit)
    )
    found = rows.all()
    return [_envelope(row) for row in found], str(found[-1].sent_position if found else position or 0)


async def newest_cursor(session: AsyncSession) -> str:
    """Behind everything that was sent."""
    return str(await session.scalar(select(RelayState.last)) or 0)


async def cursor_behind(session: AsyncSession, fact_id: str) -> str:
    """Also takes such a cursor itself. Raises BadCursor for neither, CursorTooOld for what is not kept."""
    position = await _position(session, fact_id) or 0
    await _check_kept(session, position)
    return str(position)


async def _position(session: AsyncSession, after: str | None) -> int | None:
    if after is None:
        return None
    if after.isascii() and after.isdigit() and len(after) <= 18:
        return int(after)
    try:
        fact_id = UUID(after)
    except ValueError:
        raise BadCursor(pointer="#/query/after") from None
    position = await session.scalar(select(Outbox.sent_position).where(Outbox.id == fact_id))
    if position is None:
        raise CursorTooOld  # not kept any more, or never ours: either way the reader cannot go on from there
    return position


async def _check_kept(session: AsyncSession, position: int) -> None:
    """Numbers may have holes, so a cursor is only known to be good while nothing behind it was swept."""
    given_out = await session.scalar(select(RelayState.last)) or 0
    oldest = await session.scalar(select(func.min(Outbox.sent_position)))
    if position > given_out:
        raise BadCursor(pointer="#/query/after")
    if position < given_out and (oldest is None or oldest > position + 1):
        raise CursorTooOld


def _envelope(row: Outbox) -> Envelope:
    return Envelope(
        id=row.id,
        type=row.type,
        service=SERVICE,
        aggregate_id=row.aggregateid,
        sequence=row.sequence,
        time=row.time,
        data=row.payload,
        traceparent=row.traceparent,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        represented=row.represented,
    )
