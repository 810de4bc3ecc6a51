"""Who takes over what is open when a body ends: once, with what was already counted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.actions import moving
from services.plans.models import Duty, DutySource
from services.plans.queries.lineages import among
from services.plans.workflow import DutyState

OWED = frozenset({DutyState.OPEN, DutyState.OVERDUE})


Counting = list[tuple[Duty, set[UUID]]]  # nominations of these bodies count towards this duty


async def add_sources(session: AsyncSession, counting: Counting) -> None:
    """One statement; what counts already is left as it is."""
    rows = [
        {"duty_id": duty.id, "organisation_id": body, "obligation_id": UUID(key), "period_key": duty.period_key}
        for duty, bodies in counting
        for body in sorted(bodies)
        for key in duty.counting
    ]
    if rows:
        await session.flush()  # the duties themselves come first
        await session.execute(insert(DutySource).on_conflict_do_nothing(), rows)


def hand_over(
    session: AsyncSession,
    existing: dict[UUID, Duty],
    wanted: dict[UUID, set[UUID]],
    standing: dict[UUID, UUID | None],
    *,
    now: datetime,
) -> Counting:
    """Duties of bodies that no longer owe go to their heir, or fall away; `existing` is brought up to date.

    Returns the duties towards which more counts now.
    """
    more: Counting = []
    for body, duty in list(existing.items()):
        heir = standing[body]
        if body in wanted or duty.state not in OWED:
            continue
        if heir is None or heir not in wanted:
            if duty.state is DutyState.OPEN:
                moving.drop(session, duty, "Cơ quan không còn thuộc diện thực hiện nhiệm vụ này.", now=now)
        elif heir not in existing:
            duty.organisation_id = heir
            duty.version += 1
            existing[heir] = duty
            more.append((duty, {heir}))
        elif duty.state is DutyState.OPEN:
            moving.drop(session, duty, "Cơ quan kế thừa đã có nhiệm vụ này.", now=now)
            more.append((existing[heir], {body}))
    return more


async def forget_sources(session: AsyncSession, duties: Collection[Duty]) -> None:
    """What counts towards these duties changed with the plan, and is stated anew. One statement."""
    if duties:
        await session.execute(delete(DutySource).where(among(DutySource.duty_id, [duty.id for duty in duties])))
