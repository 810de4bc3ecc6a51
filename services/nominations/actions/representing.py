"""Nominations told anew, from state, to those who count them and those who show their stories."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import queries
from services.nominations.actions.facts import about
from services.nominations.actions.present import submission
from services.nominations.actions.settle import shown_now
from services.nominations.models import Nomination, Station
from services.nominations.workflow import State, StationState
from shared.events import Event
from shared.events.nominations import (
    NominationApproved,
    NominationDeclined,
    NominationReturned,
    NominationSubmitted,
    NominationWithdrawn,
)
from shared.road.representing import Representation


async def _facts(session: AsyncSession, nomination_id: UUID) -> Sequence[Event]:
    nomination = await queries.find_to_change(session, nomination_id)
    if nomination is None or not nomination.stations:
        return []
    return [*_standing(nomination), *await shown_now(session, nomination)]


def _standing(nomination: Nomination) -> list[Event]:
    """What is set aside is told only so: to say first that it was presented would make it count for a moment."""
    latest = nomination.stations[-1]
    if nomination.state is State.WITHDRAWN:
        return [NominationWithdrawn(**about(nomination), station_organisation_id=latest.organisation_id)]
    if latest.state is StationState.RETURNED:
        fields = list(dict.fromkeys(remark.field for remark in nomination.remarks if remark.station_id == latest.id))
        return [NominationReturned(**about(nomination), station_organisation_id=latest.organisation_id, fields=fields)]
    decided = [station for station in nomination.stations if station.decided_at is not None]
    outcome = _outcome(nomination, decided[-1]) if decided else []
    return [NominationSubmitted(**submission(nomination, latest)), *outcome]


def _outcome(nomination: Nomination, station: Station) -> list[Event]:
    told = about(nomination) | {"station_number": station.number, "station_organisation_id": station.organisation_id}
    if station.state is StationState.DECLINED:
        return [NominationDeclined(**told)]
    if station.state is not StationState.APPROVED:
        return []
    told |= {"station_id": station.id, "approver_id": station.decided_by, "story_version": station.story_version}
    return [NominationApproved(**told)]


representations = [Representation("nomination", Nomination.id, _facts, Nomination.state != State.DRAFT)]
