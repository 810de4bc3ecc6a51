"""The stations' steps: take up, send back, approve, decline, revoke; and declaring a conflict of interest."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import ladder, permissions, queries
from services.nominations.actions.facts import about, note
from services.nominations.actions.present import open_station
from services.nominations.actions.settle import settle
from services.nominations.models import Nomination, Recusal, Remark, Station
from services.nominations.workflow import (
    StationStep,
    Step,
    next_state,
    next_station_state,
)
from shared import road
from shared.auth import Actor
from shared.clock import now, today
from shared.conditional import check_version
from shared.db import new_id
from shared.errors import NotFound, StepNotPossible
from shared.events.nominations import (
    ApprovalRevoked,
    NominationApproved,
    NominationDeclined,
    NominationRecommended,
    NominationReturned,
    NominationTakenUp,
)

DECISIONS = {StationStep.APPROVE, StationStep.DECLINE}


async def take_up(session: AsyncSession, actor: Actor, nomination_id: UUID, *, version: int) -> Nomination:
    """A reviewer begins.

    Raises NotFound, NotAllowed, OwnNomination, ConflictDeclared, PreconditionFailed, StepNotPossible.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    station = _current(actor, nomination, StationStep.TAKE_UP)
    permissions.check_may_review(actor, nomination, station)
    check_version(nomination, version)
    station.state = next_station_state(station.state, StationStep.TAKE_UP)
    station.taken_up_at, station.taken_up_by = now(), actor.id
    nomination.version += 1
    note(session, actor, "take_up", nomination)
    road.record(session, NominationTakenUp(**about(nomination), station_organisation_id=station.organisation_id))
    return nomination


async def return_to_unit(
    session: AsyncSession,
    actor: Actor,
    nomination_id: UUID,
    remarks: Sequence[tuple[str, str]],
    *,
    version: int,
) -> Nomination:
    """Back to the unit with a remark per field, which may then be mended. Raises as `take_up`."""
    nomination = await queries.nomination_to_change(session, nomination_id)
    station = _current(actor, nomination, StationStep.RETURN)
    permissions.check_may_review(actor, nomination, station)
    check_version(nomination, version)
    station.state = next_station_state(station.state, StationStep.RETURN)
    moment = now()
    nomination.remarks += [
        Remark(
            id=new_id(),
            nomination_id=nomination.id,
            station_id=station.id,
            field=field,
            remark=remark,
            by_id=actor.id,
            at=moment,
        )
        for field, remark in remarks
    ]
    nomination.version += 1
    fields = list(dict.fromkeys(field for field, _ in remarks))
    note(session, actor, "return", nomination, fields)
    returned = NominationReturned(**about(nomination), station_organisation_id=station.organisation_id, fields=fields)
    road.record(session, returned)
    return nomination


async def approve(
    session: AsyncSession, actor: Actor, nomination_id: UUID, *, version: int, recommend: bool
) -> Nomination:
    """The station says yes to the story as it is; what its subject agreed to may be shown.

    Raises as `take_up`, and NotKnownYet for a next body whose fact has not arrived.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    station = _current(actor, nomination, StationStep.APPROVE)
    permissions.check_may_decide(actor, nomination, station)
    check_version(nomination, version)
    _decide(station, actor, StationStep.APPROVE)
    station.story_version = nomination.story_version
    with session.no_autoflush:  # what is asked does not depend on it
        above = await ladder.next_station(session, nomination, on=today())
    if above:
        station.next_organisation_id, station.next_via_id = above.organisation_id, above.via_id
    nomination.version += 1
    note(session, actor, "approve", nomination)
    road.record(session, _approved(nomination, station, actor))
    if above and recommend:
        opened = open_station(nomination, above)
        await settle(session, nomination)
        road.record(session, recommended(nomination, opened, from_id=station.organisation_id))
    else:
        nomination.state = next_state(nomination.state, Step.CONCLUDE)
        await settle(session, nomination)
    return nomination


async def decline(session: AsyncSession, actor: Actor, nomination_id: UUID, reason: str, *, version: int) -> Nomination:
    """The station says no; approvals below stand. Raises as `take_up`."""
    nomination = await queries.nomination_to_change(session, nomination_id)
    station = _current(actor, nomination, StationStep.DECLINE)
    permissions.check_may_decide(actor, nomination, station)
    check_version(nomination, version)
    _decide(station, actor, StationStep.DECLINE)
    station.reason = reason
    _close(nomination)
    nomination.version += 1
    note(session, actor, "decline", nomination)
    declined = NominationDeclined(
        **about(nomination), station_number=station.number, station_organisation_id=station.organisation_id
    )
    road.record(session, declined)
    return nomination


async def revoke(
    session: AsyncSession, actor: Actor, nomination_id: UUID, station_id: UUID, *, reason: str, version: int
) -> Nomination:
    """The station takes its approval back; the open station above is cancelled, approvals above stand.

    Raises as `take_up`.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_read(actor, nomination)
    station = next((s for s in nomination.stations if s.id == station_id), None)
    if station is None:
        raise NotFound(pointer="#/station_id")
    permissions.check_may_decide(actor, nomination, station)
    check_version(nomination, version)
    station.state = next_station_state(station.state, StationStep.REVOKE)
    station.reason = reason
    if nomination.open_station:
        nomination.open_station.state = next_station_state(nomination.open_station.state, StationStep.CANCEL)
    _close(nomination)
    nomination.version += 1
    note(session, actor, "revoke", nomination)
    revoked = ApprovalRevoked(
        **about(nomination),
        station_id=station.id,
        station_number=station.number,
        station_organisation_id=station.organisation_id,
    )
    road.record(session, revoked)
    await settle(session, nomination)
    return nomination


async def recuse(session: AsyncSession, actor: Actor, nomination_id: UUID, reason: str) -> Nomination:
    """He does not review or decide on it from now on; saying so twice is once.

    Raises NotFound, NotAllowed.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_recuse(actor, nomination)
    if all(recusal.person_id != actor.id for recusal in nomination.recusals):
        nomination.recusals.append(_recusal(nomination, actor, reason))
        nomination.version += 1
        note(session, actor, "recuse", nomination)
    return nomination


def recommended(nomination: Nomination, station: Station, *, from_id: UUID) -> NominationRecommended:
    """Who must look at it now."""
    return NominationRecommended(
        **about(nomination),
        from_organisation_id=from_id,
        station_id=station.id,
        station_number=station.number,
        station_organisation_id=station.organisation_id,
        station_via_id=station.via_id,
    )


def _current(actor: Actor, nomination: Nomination, step: StationStep) -> Station:
    """The open station if it is his, else the latest that was: he is told that it has moved on, not that he may not.

    Raises NotFound, StepNotPossible.
    """
    permissions.check_may_read(actor, nomination)
    if not nomination.stations:
        raise StepNotPossible(state=nomination.state.value, step=step.value)
    candidates = [nomination.open_station, *reversed(nomination.stations)]
    stations = [station for station in candidates if station is not None]
    his = permissions.approves_at if step in DECISIONS else permissions.reviews_at
    return next((station for station in stations if his(actor, station)), stations[0])


def _recusal(nomination: Nomination, actor: Actor, reason: str) -> Recusal:
    return Recusal(id=new_id(), nomination_id=nomination.id, person_id=actor.id, reason=reason, at=now())


def _decide(station: Station, actor: Actor, step: StationStep) -> None:
    station.state = next_station_state(station.state, step)
    station.decided_at, station.decided_by = now(), actor.id


def _close(nomination: Nomination) -> None:
    """Nothing is open any more: concluded while an approval stands, else declined."""
    step = Step.CONCLUDE if nomination.approved_stations else Step.DECLINE
    nomination.state = next_state(nomination.state, step)


def _approved(nomination: Nomination, station: Station, actor: Actor) -> NominationApproved:
    return NominationApproved(
        **about(nomination),
        station_id=station.id,
        station_number=station.number,
        station_organisation_id=station.organisation_id,
        approver_id=actor.id,
        story_version=nomination.story_version,
    )
