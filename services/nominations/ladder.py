"""The stations a nomination climbs: who is next, on a day.

A rung is found when it opens and kept from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import queries
from services.nominations.models import Nomination
from services.nominations.workflow import StationState
from shared.db import remembered
from shared.directory.queries import HOSTS, LINE_OF_COMMAND, standing_body, superior, valid_on
from shared.directory.tables import Organisation, OrganisationEdge
from shared.errors import NotKnownYet


@dataclass(frozen=True, slots=True)
class Rung:
    """Who decides, and through whom it is sent («qua …»)."""

    organisation_id: UUID
    via_id: UUID | None = None


async def next_station(session: AsyncSession, nomination: Nomination, *, on: date) -> Rung | None:
    """None where the ladder ends. Raises NotKnownYet for a body whose fact has not arrived.

    First the obligation's `to`, else the superior of the unit; then the obligation's further body, else the
    superior of the station before; a body that has ended is replaced by its heir. A unit named as its own
    receiver sends to its superior.
    """
    climbed = [s for s in nomination.stations if s.state is not StationState.CANCELLED]
    here = climbed[-1].organisation_id if climbed else nomination.organisation_id
    last = await _standing(session, here, on) or here
    named = await _named(session, nomination, len(climbed))
    above = await _standing(session, named.organisation_id, on) if named else None
    if named is None or (above == last and not climbed):
        named, above = None, await _above(session, last, on)
        if above is None:
            await _check_all_known_above(session, last, on)
    if above is None or above in {station.organisation_id for station in climbed}:
        return None
    via = await _standing(session, named.via_id, on) if named and named.via_id else None
    return Rung(above, via)


async def _named(session: AsyncSession, nomination: Nomination, climbed: int) -> Rung | None:
    """What the obligation says of this rung."""
    terms = await queries.terms_named(session, nomination) if climbed < 2 else None
    if terms is None:
        return None
    if climbed == 1:
        return Rung(terms.then_to_id) if terms.then_to_id else None
    return Rung(terms.to_id, terms.via_id) if terms.to_id else None


async def _above(session: AsyncSession, organisation_id: UUID, on: date) -> UUID | None:
    """One answer of the directory, or none if kept."""
    key = ("superior", organisation_id, on)
    return await remembered(session, key, lambda: superior(session, organisation_id, on))


async def _standing(session: AsyncSession, organisation_id: UUID, on: date) -> UUID | None:
    key = ("standing", organisation_id, on)
    found = await remembered(session, key, lambda: standing_body(session, organisation_id, on))
    if found is None:
        known = await session.get(Organisation, organisation_id)
        if known is None or known.slug is None:
            raise NotKnownYet(id=str(organisation_id))
    return found


async def _check_all_known_above(session: AsyncSession, organisation_id: UUID, on: date) -> None:
    """The ladder must not end only because a fact is late. Raises NotKnownYet."""
    edge = OrganisationEdge
    unknown = await session.scalar(
        select(edge.to_id)
        .join(Organisation, Organisation.id == edge.to_id)
        .where(
            edge.organisation_id == organisation_id,
            edge.type.in_([LINE_OF_COMMAND, *HOSTS]),
            Organisation.slug.is_(None),
            valid_on(edge.from_on, edge.to_on, on),
        )
    )
    if unknown is not None:
        raise NotKnownYet(id=str(unknown))
