"""Catching up: the facts that were sent, in the order they were sent, for whoever was away."""

from __future__ import annotations

from collections.abc import Sequence

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
    """The next facts and the cursor behind them. `sent_position` never goes back. Raises BadCursor, CursorTooOld."""
    position = _position(after)
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


def _position(after: str | None) -> int | None:
    if after is None:
        return None
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise BadCursor(pointer="#/query/after")
    return int(after)


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
