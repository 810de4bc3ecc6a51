"""The directory, movements, channels, plans and moved deadlines told anew, from state, to those who keep copies."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.actions import channels, movements, offices
from services.plans.actions.moving import told as told_of_duty
from services.plans.actions.plans import told as told_of_plan
from services.plans.models import Channel, Duty, Movement, Plan
from services.plans.queries import directory, plans
from services.plans.workflow import State
from shared.directory.tables import Office, Organisation
from shared.events import Event
from shared.events.plans import DeadlineExtended, PlanIssued, PlanWithdrawn
from shared.road.representing import Representation


async def _organisation(session: AsyncSession, organisation_id: UUID) -> Sequence[Event]:
    await directory.lock_directory(session)
    return list((await directory.whole_organisations(session, [organisation_id])).values())


async def _office(session: AsyncSession, office_id: UUID) -> Sequence[Event]:
    office = await offices.office_to_change(session, office_id)
    return [offices.fact_of(office)] if office else []


async def _movement(session: AsyncSession, movement_id: UUID) -> Sequence[Event]:
    movement = await session.get(Movement, movement_id, with_for_update=True)
    return [movements.fact_of(movement)] if movement else []


async def _channel(session: AsyncSession, channel_id: UUID) -> Sequence[Event]:
    channel = await session.get(Channel, channel_id, with_for_update=True)
    return [channels.fact_of(channel)] if channel else []


async def _plan(session: AsyncSession, plan_id: UUID) -> Sequence[Event]:
    plan = await plans.plan_to_change(session, plan_id)
    if plan is None or plan.state is State.DRAFT:
        return []
    said = told_of_plan(plan)
    issued = PlanIssued(**said.model_dump())
    if plan.state is not State.WITHDRAWN:
        return [issued]
    return [issued, PlanWithdrawn(plan_id=plan.id, issuer_id=said.issuer_id, code=said.code, title=said.title)]


async def _duty(session: AsyncSession, duty_id: UUID) -> Sequence[Event]:
    duty = await session.get(Duty, duty_id, with_for_update=True)
    return [DeadlineExtended(**told_of_duty(duty))] if duty else []


representations = [
    Representation("organisation", Organisation.id, _organisation, Organisation.slug.is_not(None)),
    Representation("office", Office.id, _office),
    Representation("movement", Movement.id, _movement),
    Representation("channel", Channel.id, _channel),
    Representation("plan", Plan.id, _plan, Plan.state != State.DRAFT),
    Representation("duty", Duty.id, _duty, Duty.extended.is_(True)),
]
