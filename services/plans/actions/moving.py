"""Moving a duty from state to state: the fact, the audit row, and when the clock must look again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.deadlines import next_look
from services.plans.models import Duty
from services.plans.queries import duties as queries
from services.plans.workflow import DutyState, DutyStep, duty_steps, next_duty_state, standing
from shared import audit, road
from shared.auth import SYSTEM, Actor
from shared.events import Period
from shared.events.plans import DutyFulfilled, DutyOverdue, DutyWaived


def told(duty: Duty) -> dict[str, Any]:
    """What every fact of a duty says."""
    return {
        "duty_id": duty.id,
        "plan_id": duty.plan_id,
        "plan_code": duty.plan_code,
        "obligation_id": duty.obligation_id,
        "organisation_id": duty.organisation_id,
        "period": Period(key=duty.period_key, start_on=duty.period_start_on, end_on=duty.period_end_on),
        "minimum": duty.minimum,
        "counted": duty.counted,
        "due_before": duty.due_before,
        "to_id": duty.to_id,
        "via_id": duty.via_id,
    }


async def settle(session: AsyncSession, duties: Collection[Duty], *, now: datetime) -> None:
    """Counts afresh what was presented towards these locked duties and moves them to where the count says. One read."""
    made = await queries.presented(session, [duty.id for duty in duties]) if duties else {}
    for duty in duties:
        instants = made.get(duty.id, [])
        reached_at = instants[duty.minimum - 1] if len(instants) >= duty.minimum else None
        if (duty.counted, duty.reached_at) != (len(instants), reached_at):
            duty.counted, duty.reached_at = len(instants), reached_at
            duty.version += 1
        for step in duty_steps(duty.state, standing(reached_at, duty.due_before, now)):
            move(session, SYSTEM, duty, step, now=now)


def move(session: AsyncSession, actor: Actor, duty: Duty, step: DutyStep, *, now: datetime) -> None:
    """One step, with its fact. Raises StepNotPossible."""
    duty.state = next_duty_state(duty.state, step)
    duty.version += 1
    duty.look_at = next_look(duty.due_before, duty.marked, now) if duty.state is DutyState.OPEN else None
    subject = ("duty", duty.id)
    audit.note(session, actor, f"{step.value}_duty", subject, organisation_id=duty.organisation_id)
    if duty.state is DutyState.OVERDUE:
        road.record(session, DutyOverdue(**told(duty)))
    elif duty.state is DutyState.WAIVED:
        road.record(session, DutyWaived(**told(duty)))
    elif duty.state in {DutyState.FULFILLED, DutyState.FULFILLED_LATE}:
        late = duty.state is DutyState.FULFILLED_LATE
        road.record(session, DutyFulfilled(**told(duty), late=late))


def drop(session: AsyncSession, duty: Duty, reason: str, *, now: datetime) -> None:
    """The system itself releases an open duty; `reason` is for people."""
    duty.reason = reason
    move(session, SYSTEM, duty, DutyStep.WAIVE, now=now)
