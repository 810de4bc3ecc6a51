"""Emulation movements and campaigns, with the other names they go by."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.models import Movement
from services.plans.queries import directory as queries
from shared import audit, road
from shared.auth import Actor
from shared.conditional import check_version
from shared.events.plans import MovementChanged
from shared.text import fold


async def put_movement(
    session: AsyncSession, actor: Actor, fact: MovementChanged, *, kept_by: UUID, version: int | None
) -> tuple[Movement, bool]:
    """The movement as given, and whether it is new. The same content again changes nothing.

    Raises NotAllowed, PreconditionRequired, PreconditionFailed.
    """
    await queries.lock_directory(session)
    movement = await session.get(Movement, fact.movement_id, with_for_update=True, populate_existing=True)
    permissions.check_may_keep_movement(actor, kept_by, movement)
    if movement is not None and (fact_of(movement), movement.organisation_id) == (fact, kept_by):
        return movement, False
    if movement is not None:
        check_version(movement, version)
    return await keep(session, actor, fact, movement=movement, kept_by=kept_by), movement is None


def fact_of(movement: Movement) -> MovementChanged:
    """The movement as its fact tells it."""
    return MovementChanged(
        movement_id=movement.id,
        name=movement.name,
        aliases=movement.aliases,
        launched_by=movement.launched_by,
        launched_on=movement.launched_on,
    )


async def keep(
    session: AsyncSession,
    actor: Actor,
    fact: MovementChanged,
    *,
    movement: Movement | None,
    kept_by: UUID | None,
) -> Movement:
    """Writes, notes and announces a movement that was checked."""
    values = fact.model_dump(exclude={"movement_id"})
    values |= {"organisation_id": kept_by, "search": fold(" ".join([fact.name, *fact.aliases]))}
    if movement is None:
        movement = Movement(id=fact.movement_id, version=0, **values)
        session.add(movement)
    for name, value in values.items():
        setattr(movement, name, value)
    movement.version += 1
    subject = ("movement", fact.movement_id)
    audit.note(session, actor, "put_movement", subject, organisation_id=kept_by, fields=values)
    road.record(session, fact)
    return movement
