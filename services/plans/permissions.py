"""Who may, by the offices he holds today at exactly or above the organisation concerned (documentation, `services`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.models import Duty, Movement, Plan, PlanReading
from services.plans.workflow import State
from shared.auth import Actor, HeldOffice, Role
from shared.clock import today
from shared.directory.queries import below, offices_of, stood_for
from shared.directory.tables import Office
from shared.errors import NotAllowed, NotFound


async def reach(session: AsyncSession, actor: Actor, role: Role) -> set[UUID]:
    """The organisations at and below which he holds this office."""
    held = actor.organisations(role)
    return await below(session, held, today()) if held else set()


async def check_may_keep_organisation(
    session: AsyncSession, actor: Actor, organisation_id: UUID, *, exists: bool, under: Iterable[UUID]
) -> None:
    """An administrator at or above it; a new body must stand directly under one of his. Raises NotAllowed."""
    reached = await reach(session, actor, Role.ADMINISTRATOR)
    allowed = organisation_id in reached if exists else not reached.isdisjoint(under)
    if not allowed:
        raise NotAllowed


async def check_may_touch(session: AsyncSession, actor: Actor, touched: set[UUID]) -> None:
    """Nobody places his body's stories on channels that are not his, nor lets it slip from its superior.

    An administrator at or above each body that an edge comes to or goes from. Raises NotAllowed.
    """
    if touched and not touched <= await reach(session, actor, Role.ADMINISTRATOR):
        raise NotAllowed(pointer="#/edges")


async def check_may_administer(session: AsyncSession, actor: Actor, *organisation_ids: UUID) -> None:
    """An administrator at or above each of them. Raises NotAllowed."""
    if not set(organisation_ids) <= await reach(session, actor, Role.ADMINISTRATOR):
        raise NotAllowed


async def check_may_give_office(
    session: AsyncSession, actor: Actor, person_id: UUID, organisation_id: UUID, *, present: Office | None
) -> None:
    """An administrator at or above, and never an office of his own. Raises NotAllowed."""
    concerned = [organisation_id] if present is None else [organisation_id, present.organisation_id]
    await check_may_administer(session, actor, *concerned)
    if actor.person_id in {person_id, present and present.person_id}:
        raise NotAllowed


async def check_may_revoke_office(session: AsyncSession, actor: Actor, office: Office) -> None:
    """An administrator at or above, and never an office of his own.

    For those who may not read it, it is not there. Raises NotAllowed, NotFound.
    """
    if actor.person_id == office.person_id:
        raise NotAllowed
    if office.organisation_id not in await reach(session, actor, Role.ADMINISTRATOR):
        raise NotFound


def check_may_keep_movement(actor: Actor, organisation_id: UUID | None, present: Movement | None) -> None:
    """A plan officer of the organisation that keeps the entry. Raises NotAllowed."""
    keepers = {organisation_id, present.organisation_id if present else organisation_id}
    if not keepers <= actor.organisations(Role.PLAN_OFFICER):
        raise NotAllowed


async def with_inherited(session: AsyncSession, actor: Actor) -> Actor:
    """The actor as plan officer also of the bodies that have ended and for which those of his office stand today."""
    own = actor.organisations(Role.PLAN_OFFICER)
    ended = await stood_for(session, own, today()) if own else set()
    return replace(actor, offices=(*actor.offices, *(HeldOffice(body, Role.PLAN_OFFICER) for body in sorted(ended))))


async def in_office(session: AsyncSession, holder: Actor) -> Actor:
    """Who holds a token, with his offices of today and those they stand for: for doors that hold no transaction."""
    offices = await offices_of(session, holder.id, today()) if holder.kind == "person" else []
    held = tuple(HeldOffice(o.organisation_id, Role(o.role)) for o in offices if o.role in set(Role))
    return await with_inherited(session, replace(holder, offices=held))


def check_may_plan(actor: Actor, issuer_id: UUID) -> None:
    """A plan officer of the issuer. Raises NotAllowed."""
    if not actor.holds(Role.PLAN_OFFICER, issuer_id):
        raise NotAllowed


def check_may_read_plan(actor: Actor, plan: Plan) -> None:
    """A draft is for the issuer's plan officers; what was issued is for everyone signed in. Raises NotFound."""
    if plan.state is State.DRAFT and not actor.holds(Role.PLAN_OFFICER, plan.issuer_id):
        raise NotFound


def check_may_read_duty(actor: Actor, duty: Duty) -> None:
    """Whoever holds an office at the body that owes it, and the issuer's plan officers. Raises NotFound."""
    own = duty.organisation_id in actor.organisations()
    if not own and not actor.holds(Role.PLAN_OFFICER, duty.issuer_id):
        raise NotFound


def check_may_change_duty(actor: Actor, duty: Duty) -> None:
    """A plan officer of the issuer; for those who may not read it, it is not there. Raises NotAllowed, NotFound."""
    check_may_read_duty(actor, duty)
    check_may_plan(actor, duty.issuer_id)


def check_may_see_board(actor: Actor, plan: Plan) -> None:
    """The issuer's plan officers. Raises NotFound."""
    if not actor.holds(Role.PLAN_OFFICER, plan.issuer_id):
        raise NotFound


def check_may_operate(actor: Actor) -> None:
    """Someone with the command line of the server. Raises NotAllowed."""
    if actor.kind != "operator":
        raise NotAllowed


def check_may_announce_file(actor: Actor) -> None:
    """Plans' documents come from those who plan. Raises NotAllowed."""
    if not actor.organisations(Role.PLAN_OFFICER):
        raise NotAllowed


async def check_may_read_reading(session: AsyncSession, actor: Actor, reading: PlanReading) -> None:
    """The issuer's plan officers; once issued, whoever may read the plan's document. Raises NotFound."""
    if actor.holds(Role.PLAN_OFFICER, reading.issuer_id):
        return
    if reading.issued_at is None:
        raise NotFound
    if actor.organisations().isdisjoint(await below(session, [reading.issuer_id], today())):
        raise NotFound


async def check_may_read_file(session: AsyncSession, actor: Actor, plan: Plan) -> None:
    """A plan's document: an office at the issuer or below it. Raises NotFound."""
    actor = await with_inherited(session, actor)
    if actor.organisations().isdisjoint(await below(session, [plan.issuer_id], today())):
        raise NotFound
    check_may_read_plan(actor, plan)
