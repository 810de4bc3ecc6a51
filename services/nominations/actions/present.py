"""The unit's steps: presenting its exemplar, presenting it again after a return, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import ladder, permissions, queries
from services.nominations.actions.facts import about, note, sign
from services.nominations.actions.plan import check_limit, check_terms
from services.nominations.actions.story import keep_version
from services.nominations.ladder import Rung
from services.nominations.models import Nomination, Station
from services.nominations.queries import Terms
from services.nominations.workflow import StationState, StationStep, Step, next_state, next_station_state
from shared import road
from shared.auth import Actor
from shared.clock import now, today
from shared.conditional import check_version
from shared.db import new_id
from shared.errors import Conflict
from shared.events.nominations import NominationResubmitted, NominationSubmitted, NominationWithdrawn


class NobodyAbove(Conflict):
    """No body stands above the unit today that could decide."""

    code = "nobody-above"


class AlreadyApproved(Conflict):
    """A station has approved: what is left is a revocation, or withdrawing consent."""

    code = "already-approved"


async def submit(session: AsyncSession, actor: Actor, nomination_id: UUID, *, version: int) -> Nomination:
    """The first station opens; everything but consent is frozen.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible, NobodyAbove, LimitReached and what
    `check_terms` raises.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    check_version(nomination, version)
    nomination.state = next_state(nomination.state, Step.SUBMIT)
    with session.no_autoflush:  # nothing that is asked here depends on what this request changes
        await _present(session, actor, nomination, await check_terms(session, nomination))
        rung = await ladder.next_station(session, nomination, on=today())
    if rung is None:
        raise NobodyAbove
    station = open_station(nomination, rung)
    note(session, actor, "submit", nomination)
    road.record(session, NominationSubmitted(**submission(nomination, station)))
    return nomination


async def resubmit(session: AsyncSession, actor: Actor, nomination_id: UUID, *, version: int) -> Nomination:
    """Back to the station that returned it, with a new story version if the story changed.

    It goes its way also when its plan was withdrawn or amended meanwhile.
    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible, LimitReached.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    check_version(nomination, version)
    nomination.state = next_state(nomination.state, Step.RESUBMIT)
    station = nomination.open_station
    assert station is not None  # while submitted one is open
    station.state = next_station_state(station.state, StationStep.RESUBMIT)
    await _present(session, actor, nomination, await queries.terms_named(session, nomination))
    note(session, actor, "resubmit", nomination)
    road.record(session, NominationResubmitted(**submission(nomination, station)))
    return nomination


async def withdraw(session: AsyncSession, actor: Actor, nomination_id: UUID, *, version: int) -> Nomination:
    """Taken back before any approval.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible, AlreadyApproved.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    check_version(nomination, version)
    after = next_state(nomination.state, Step.WITHDRAW)
    if any(s.state in {StationState.APPROVED, StationState.REVOKED} for s in nomination.stations):
        raise AlreadyApproved
    station = nomination.open_station
    assert station is not None
    nomination.state = after
    station.state = next_station_state(station.state, StationStep.CANCEL)
    nomination.version += 1
    note(session, actor, "withdraw", nomination)
    road.record(session, NominationWithdrawn(**about(nomination), station_organisation_id=station.organisation_id))
    return nomination


def open_station(nomination: Nomination, rung: Rung) -> Station:
    """The next station, waiting."""
    station = Station(
        id=new_id(),
        nomination_id=nomination.id,
        nomination_created_at=nomination.created_at,
        number=len(nomination.stations) + 1,
        organisation_id=rung.organisation_id,
        via_id=rung.via_id,
        state=StationState.WAITING,
        opened_at=now(),
    )
    nomination.stations.append(station)
    return station


async def _present(session: AsyncSession, actor: Actor, nomination: Nomination, terms: Terms | None) -> None:
    await check_limit(session, nomination, terms)
    await keep_version(session, nomination)
    nomination.submitted_at = now()
    sign(actor, nomination)
    nomination.version += 1


def submission(nomination: Nomination, station: Station) -> dict[str, Any]:
    """The fields of a Submission."""
    return {
        **about(nomination),
        "exemplar_id": nomination.exemplar_id,
        "subject_type": nomination.subject_type,
        "submitted_at": nomination.submitted_at,
        "station_organisation_id": station.organisation_id,
        "station_via_id": station.via_id,
    }
