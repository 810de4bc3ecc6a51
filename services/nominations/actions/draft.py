"""Drafting: a nomination while only its unit sees it, and again while a station has sent it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.nominations import permissions, queries
from services.nominations.actions.facts import deed, note, sign
from services.nominations.actions.plan import check_terms
from services.nominations.actions.settle import settle
from services.nominations.actions.story import attach_all, let_go_dropped
from services.nominations.models import Movement, Nomination
from services.nominations.workflow import State, StationStep, Step, next_state, next_station_state
from shared import at_once
from shared.audit import AuditRow
from shared.auth import Actor
from shared.clock import now, today
from shared.conditional import check_version
from shared.db import new_id, new_row, remembered
from shared.directory.queries import is_valid
from shared.directory.tables import Organisation
from shared.errors import Conflict, NotKnownYet
from shared.files.actions import let_go
from shared.text import fold

SUBJECT = {"subject_type", "subject_name"}
TERMS = {"plan_id", "obligation_id", "period_key", "subject_type"}
PARTS = ("stations", "remarks", "recusals", "consents", "holds")


class FieldFixed(Conflict):
    """The unit never changes; the subject no longer once a station has approved it. Params: `field`."""

    code = "field-fixed"


class OrganisationEnded(Conflict):
    """The unit does not exist today; its heir nominates."""

    code = "organisation-ended"


async def put_draft(
    session: AsyncSession,
    actor: Actor,
    nomination_id: UUID,
    content: Mapping[str, Any],
    *,
    version: int | None,
) -> tuple[Nomination, bool]:
    """A new draft (True), or the existing one as it shall be; the same content again changes nothing.

    Raises NotFound, NotAllowed, NotKnownYet, PreconditionRequired, PreconditionFailed, StepNotPossible,
    FieldFixed, OrganisationEnded and what `check_terms` and `attach` raise.
    """
    nomination = await queries.find_to_change(session, nomination_id)
    if nomination is None:
        nomination = await _begin(session, actor, nomination_id, content)
        if nomination is not None:
            return nomination, True
        nomination = await queries.nomination_to_change(session, nomination_id)  # another was quicker
    permissions.check_may_nominate(actor, nomination)
    changes = _changes(nomination, content)
    if changes:
        await _change(session, actor, nomination, changes, version=version)
    return nomination, False


async def begin_draft(session: AsyncSession, actor: Actor, content: Mapping[str, Any]) -> Nomination:
    """A new draft under an id of ours. Raises what `put_draft` raises of a new one."""
    await _check_unit(session, actor, content["organisation_id"])
    nomination, noted = drafted(actor, content)
    await _check_named(session, actor, nomination, content)
    at_once.later(session, nomination)
    session.add(noted)
    return nomination


def drafted(actor: Actor, content: Mapping[str, Any]) -> tuple[Nomination, AuditRow]:
    """A draft's row and that of the deed, for an actor who nominates for a unit that stands. Nothing is checked."""
    nomination = new_row(Nomination, **_first_values(actor, new_id(), content))
    for part in PARTS:
        set_committed_value(nomination, part, [])
    return nomination, deed(actor, "draft", nomination, content.keys())


async def amend(
    session: AsyncSession, actor: Actor, nomination_id: UUID, content: Mapping[str, Any], *, version: int
) -> Nomination:
    """The named fields as they shall be; the same again changes nothing. Raises what `put_draft` raises."""
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    changes = _changes(nomination, content)
    if changes:
        await _change(session, actor, nomination, changes, version=version)
    return nomination


async def delete_draft(session: AsyncSession, actor: Actor, nomination_id: UUID, *, version: int) -> None:
    """Nothing of it stays; its files may be swept.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    check_version(nomination, version)
    next_state(nomination.state, Step.DELETE)
    await let_go(session, of=nomination.id)
    note(session, actor, "delete", nomination)
    await session.delete(nomination)


async def _begin(
    session: AsyncSession, actor: Actor, nomination_id: UUID, content: Mapping[str, Any]
) -> Nomination | None:
    """None when the id was taken meanwhile."""
    await _check_unit(session, actor, content["organisation_id"])
    values = _first_values(actor, nomination_id, content)
    added = insert(Nomination).values(values).on_conflict_do_nothing().returning(Nomination)
    nomination = await session.scalar(added)
    if nomination is not None:
        for part in PARTS:
            set_committed_value(nomination, part, [])
        await _check_named(session, actor, nomination, content)
        note(session, actor, "draft", nomination, content.keys())
    return nomination


def _first_values(actor: Actor, nomination_id: UUID, content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **content,
        "id": nomination_id,
        "version": 1,
        "state": State.DRAFT,
        "nominator_id": actor.id,
        "author_ids": [str(actor.id)],
        "created_at": now(),
        "story_version": 0,
        "exemplar_id": exemplar_id(content),
    }


async def _check_unit(session: AsyncSession, actor: Actor, unit: UUID) -> None:
    day = today()

    async def stands() -> bool | None:
        return await is_valid(session, unit, day) or None  # only what is well is kept

    if not await remembered(session, ("stands", unit, day), stands):
        known = await session.get(Organisation, unit)
        if known is None or known.slug is None:
            raise NotKnownYet(id=str(unit), pointer="#/organisation_id")
        raise OrganisationEnded(pointer="#/organisation_id")
    permissions.check_may_draft(actor, unit)


async def _check_named(session: AsyncSession, actor: Actor, nomination: Nomination, changes: Mapping[str, Any]) -> None:
    """Movement, plan, pictures and evidence must be there and fit; a plan is asked again only when it is named anew."""
    if nomination.movement_id and await session.get(Movement, nomination.movement_id) is None:
        raise NotKnownYet(id=str(nomination.movement_id), pointer="#/movement_id")
    if changes.keys() & TERMS:
        await check_terms(session, nomination)
    await attach_all(session, actor, nomination)


def _changes(nomination: Nomination, content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if getattr(nomination, name) != value}


async def _change(
    session: AsyncSession,
    actor: Actor,
    nomination: Nomination,
    changes: dict[str, Any],
    *,
    version: int | None,
) -> None:
    check_version(nomination, version)
    nomination.state = next_state(nomination.state, Step.EDIT)
    if nomination.open_station:
        next_station_state(nomination.open_station.state, StationStep.EDIT)
    fixed = changes.keys() & ({"organisation_id"} | (SUBJECT if nomination.approved_stations else set()))
    for field in sorted(fixed):
        raise FieldFixed(field=field, pointer=f"#/{field}")
    for name, value in changes.items():
        setattr(nomination, name, value)
    nomination.exemplar_id = exemplar_id({name: getattr(nomination, name) for name in (*SUBJECT, "organisation_id")})
    await _check_named(session, actor, nomination, changes)
    if nomination.state is State.DRAFT and changes.keys() & {"pictures", "evidence"}:
        await let_go_dropped(session, nomination)
    sign(actor, nomination)
    nomination.version += 1
    note(session, actor, "amend", nomination, changes)
    await settle(session, nomination)


def exemplar_id(content: Mapping[str, Any]) -> UUID:
    """The same for the same subject of the same unit, however its name is cased or spaced."""
    unit: UUID = content["organisation_id"]
    return uuid5(unit, f"{content['subject_type']}/{fold(content['subject_name'])}")
