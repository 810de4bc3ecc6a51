"""What a plan officer may do for a body that owes: release it from a duty, or give it more time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.actions import moving
from services.plans.models import Duty
from services.plans.queries import duties as queries
from services.plans.workflow import DutyStep, next_duty_state
from shared import road
from shared.auth import Actor
from shared.conditional import check_version
from shared.errors import Invalid
from shared.events.plans import DeadlineExtended


class NotLater(Invalid):
    """An extension must end later than the due instant does, and in the future."""

    code = "extension-not-later"


async def waive(
    session: AsyncSession, actor: Actor, duty_id: UUID, *, reason: str, version: int, now: datetime
) -> Duty:
    """Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible."""
    duty = await _to_change(session, actor, duty_id, version)
    duty.waived_by, duty.reason = actor.person_id, reason
    moving.move(session, actor, duty, DutyStep.WAIVE, now=now)
    return duty


async def extend(
    session: AsyncSession,
    actor: Actor,
    duty_id: UUID,
    *,
    due_before: datetime,
    reason: str,
    version: int,
    now: datetime,
) -> Duty:
    """The people are reminded anew before the new instant.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible, NotLater.
    """
    duty = await _to_change(session, actor, duty_id, version)
    next_duty_state(duty.state, DutyStep.EXTEND)
    if due_before <= max(duty.due_before, now):
        raise NotLater(pointer="#/due_before")
    duty.due_before, duty.extended, duty.marked, duty.reason = due_before, True, None, reason
    moving.move(session, actor, duty, DutyStep.EXTEND, now=now)
    road.record(session, DeadlineExtended(**moving.told(duty)))
    return duty


async def _to_change(session: AsyncSession, actor: Actor, duty_id: UUID, version: int) -> Duty:
    duty = await queries.duty_to_change(session, duty_id)
    permissions.check_may_change_duty(await permissions.with_inherited(session, actor), duty)
    check_version(duty, version)
    return duty
