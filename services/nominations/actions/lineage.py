"""Heirs: what is open at a body that has ended goes to the body that stands in its place, once.

What was decided keeps the name of who decided; there the heir's people act in its stead (`queries.with_lineage`).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import queries
from services.nominations.actions.facts import note
from services.nominations.actions.review import recommended
from services.nominations.models import Nomination
from services.nominations.workflow import (
    OPEN,
    StationState,
    StationStep,
    Step,
    next_state,
    next_station_state,
)
from shared import road
from shared.auth import SYSTEM
from shared.directory.queries import standing_body
from shared.directory.tables import Organisation, OrganisationHeir


async def hand_over(session: AsyncSession, organisation_id: UUID, *, on: date) -> None:
    """After a change of this body: what is open at it, or at those whose heir it became."""
    heirs = OrganisationHeir
    line = select(Organisation.id).where(Organisation.id == organisation_id).cte("line", recursive=True)
    line = line.union(select(heirs.organisation_id).join(line, heirs.heir_id == line.c.id))
    bodies = await session.scalars(
        select(Organisation.id)
        .join(line, line.c.id == Organisation.id)
        .where(Organisation.valid_to < on)
        .order_by(Organisation.id)
    )
    await _from(session, list(bodies), on)


async def hand_over_ended(session: AsyncSession, *, on: date) -> None:
    """By the clock: a body whose last day was announced beforehand and has passed.

    At most 100 bodies at a time.
    """
    bodies = await queries.ended_with_open_stations(session, on, limit=100)
    await _from(session, list(bodies), on)


async def _from(session: AsyncSession, ended: list[UUID], on: date) -> None:
    heirs = {body: heir for body in ended if (heir := await standing_body(session, body, on))}
    if not heirs:
        return
    for nomination_id in await queries.open_at(session, heirs):
        _take_over(session, await queries.nomination_to_change(session, nomination_id), heirs)


def _take_over(session: AsyncSession, nomination: Nomination, heirs: dict[UUID, UUID]) -> None:
    """An heir who has decided already does not decide twice: the ladder ends there."""
    station = nomination.open_station
    if station is None or not heirs.keys() & {station.organisation_id, station.via_id}:
        return  # decided or handed over while we waited for the lock
    ended = station.organisation_id if station.organisation_id in heirs else station.via_id
    assert ended is not None
    heir = heirs.get(station.organisation_id, station.organisation_id)
    nomination.version += 1
    note(session, SYSTEM, "hand_over", nomination, ["stations"])
    decided = {s.organisation_id for s in nomination.stations if s.state not in {*OPEN, StationState.CANCELLED}}
    if heir in decided:
        station.state = next_station_state(station.state, StationStep.CANCEL)
        nomination.state = next_state(nomination.state, Step.CONCLUDE if nomination.approved_stations else Step.DECLINE)
        return
    station.organisation_id = heir
    if station.via_id:
        station.via_id = heirs.get(station.via_id, station.via_id)
    if station.state is not StationState.RETURNED:  # a returned one waits for the unit, not for the heir
        road.record(session, recommended(nomination, station, from_id=ended))
