"""What time does to duties: reminders at 10, 3 and 1 days, and overdue. Each once, whatever stopped in between."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.actions import moving
from services.plans.deadlines import mark_reached, next_look
from services.plans.models import Duty
from services.plans.queries import duties as queries
from services.plans.workflow import DutyStep
from shared import road
from shared.auth import SYSTEM
from shared.events.plans import DutyDueSoon

BATCH = 500


async def remind(session: AsyncSession, *, now: datetime, batch: int = BATCH) -> bool:
    """Announces the marks and due instants behind us, for at most `batch` duties; whether there may be more.

    After a stop only the nearest mark is announced, and none once the due instant is past. Duties that another
    process holds are left to it.
    """
    duties = await queries.duties_to_look_at(session, now, batch)
    for duty in duties:
        if duty.due_before <= now:
            moving.move(session, SYSTEM, duty, DutyStep.MISS, now=now)
        else:
            _mark(session, duty, now)
    return len(duties) == batch


def _mark(session: AsyncSession, duty: Duty, now: datetime) -> None:
    days = mark_reached(duty.due_before, now)
    if days is not None and (duty.marked is None or days < duty.marked):
        duty.marked = days
        road.record(session, DutyDueSoon(**moving.told(duty), days_left=days))
    duty.look_at = next_look(duty.due_before, duty.marked, now)
