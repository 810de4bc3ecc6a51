"""Holds: a deciding body stops publication while something is looked into, and lets it go on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import permissions, queries
from services.nominations.actions.facts import note
from services.nominations.actions.settle import settle
from services.nominations.models import Hold, Nomination
from services.nominations.workflow import Step, next_state
from shared.auth import Actor
from shared.clock import now
from shared.db import new_id
from shared.errors import NotFound


async def place_hold(session: AsyncSession, actor: Actor, nomination_id: UUID, reason: str) -> Nomination:
    """Nothing of it is shown from now on, on any station's channels.

    Raises NotFound, NotAllowed, OwnNomination, ConflictDeclared, StepNotPossible.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    station = permissions.check_may_hold(actor, nomination)
    next_state(nomination.state, Step.HOLD)
    nomination.holds.append(
        Hold(
            id=new_id(),
            nomination_id=nomination.id,
            organisation_id=station.organisation_id,
            reason=reason,
            placed_by=actor.id,
            placed_at=now(),
        )
    )
    nomination.version += 1
    note(session, actor, "place_hold", nomination, ["holds"])
    await settle(session, nomination)
    return nomination


async def lift_hold(session: AsyncSession, actor: Actor, nomination_id: UUID, hold_id: UUID) -> Nomination:
    """What may be shown is released again unless another hold stands; twice is once.

    Raises NotFound, NotAllowed, OwnNomination, ConflictDeclared.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_read(actor, nomination)
    hold = next((hold for hold in nomination.holds if hold.id == hold_id), None)
    if hold is None:
        raise NotFound
    permissions.check_may_lift(actor, nomination, hold)
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by = now(), actor.id
        nomination.version += 1
        note(session, actor, "lift_hold", nomination, ["holds"])
        await settle(session, nomination)
    return nomination
