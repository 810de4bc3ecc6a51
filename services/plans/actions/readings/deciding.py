"""Persons decide on a reading leaf by leaf; what the machine read stays beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.actions.readings.changing import to_change
from services.plans.confirming import Decision, Held, Standing
from services.plans.confirming.holding import read_value
from services.plans.confirming.leaves import KEPT, is_key
from services.plans.confirming.values import plain
from services.plans.models import LeafDecision, PlanReading
from services.plans.queries import lineages
from services.plans.queries import readings as queries
from services.plans.queries.whole_readings import Whole, whole
from shared import audit
from shared.auth import Actor
from shared.errors import Invalid, NotKnownYet

DEEDS = {
    Standing.CONFIRMED: "confirm_leaves",
    Standing.CORRECTED: "correct_leaves",
    Standing.DISMISSED: "dismiss_leaves",
}


class LeafUnknown(Invalid):
    """No leaf of this reading, and none that could be added. Params: `key`."""

    code = "leaf-unknown"


class NothingRead(Invalid):
    """Confirmed is only what was read, and what a plan can hold. Params: `key`."""

    code = "leaf-nothing-read"


async def decide(
    session: AsyncSession, actor: Actor, reading_id: UUID, decisions: Sequence[Decision], *, version: int, at: datetime
) -> PlanReading:
    """Each leaf named is confirmed, corrected or dismissed; what the machine read stays beside it.

    An entry that a person added is gone when it is dismissed. Raises NotFound, NotAllowed, PreconditionFailed,
    StepNotPossible, LeafUnknown, NothingRead, NotKnownYet.
    """
    row = await to_change(session, actor, reading_id, version=version, step="sửa bản đọc")
    found = await whole(session, row)
    await _check_known(session, decisions)
    for place, decision in enumerate(decisions):
        _check(decision, found.leaves.get(decision.key), pointer=f"#/decisions/{place}")
        _put(session, actor, found, decision=decision, at=at)
    row.amends_version = found.before.version if found.before else None  # the answer shows what differs from that
    row.version += 1
    _note_decisions(session, actor, row, decisions)
    await session.flush()
    return row


def _check(decision: Decision, leaf: Held | None, *, pointer: str) -> None:
    """Raises LeafUnknown, NothingRead."""
    read = leaf.read if leaf else None
    kept = decision.key.startswith(f"{KEPT}/")
    added = kept or not is_key(decision.key)
    if kept and decision.standing is Standing.CORRECTED:
        raise NothingRead(pointer=f"{pointer}/standing", key=decision.key)
    if leaf is None and (added or decision.standing is not Standing.CORRECTED):
        raise LeafUnknown(pointer=f"{pointer}/key", key=decision.key)
    if decision.standing is Standing.CONFIRMED and read_value(decision.key, read) is None:
        raise NothingRead(pointer=f"{pointer}/standing", key=decision.key)


async def _check_known(session: AsyncSession, decisions: Sequence[Decision]) -> None:
    """Raises NotKnownYet."""
    named: dict[UUID, str] = {}
    movements: dict[UUID, str] = {}
    for place, decision in enumerate(decisions):
        links, pointer = decision.links, f"#/decisions/{place}/links"
        bodies = [*links.bearers.organisation_ids, links.bearers.of_id, *links.to_ids, links.via_id, links.then_to_id]
        named |= {body: pointer for body in bodies if body}
        movements |= {links.movement_id: pointer} if links.movement_id else {}
    unknown = named.keys() - await lineages.known(session, named.keys())
    unknown |= movements.keys() - await queries.movements_known(session, movements.keys())
    for key in sorted(unknown):
        raise NotKnownYet(id=str(key), pointer=(named | movements)[key])


def _put(session: AsyncSession, actor: Actor, found: Whole, *, decision: Decision, at: datetime) -> None:
    """A further row: what was said before stays to be read."""
    corrected = decision.standing is Standing.CORRECTED
    row = LeafDecision(
        reading_id=found.row.id,
        key=decision.key,
        standing=decision.standing,
        value=plain(decision.value) if corrected else None,
        links=decision.links,
        decided_by=actor.id,
        decided_at=at,
    )
    session.add(row)
    found.decisions[decision.key] = row


def _note_decisions(session: AsyncSession, actor: Actor, row: PlanReading, decisions: Collection[Decision]) -> None:
    for standing in Counter(decision.standing for decision in decisions):
        keys = [decision.key for decision in decisions if decision.standing is standing]
        subject = ("reading", row.id)
        audit.note(session, actor, DEEDS[standing], subject, organisation_id=row.issuer_id, fields=keys)
