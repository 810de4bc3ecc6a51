"""Questions about the directory on a day: who is above, who is the heir, who holds which office."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Text, and_, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from shared.directory.tables import Office, Organisation, OrganisationEdge, OrganisationHeir, OrganisationName
from shared.question import DAY, ID, IDS, Question

LINE_OF_COMMAND = "line_of_command"
HOSTS = ("standing_office_of", "part_of")  # a body without a line of command or channels uses its host's


def valid_on(
    start: InstrumentedAttribute[date | None] | InstrumentedAttribute[date],
    end: InstrumentedAttribute[date | None],
    day: date | BindParameter[date],
) -> ColumnElement[bool]:
    """Both ends included; null is open."""
    return and_(or_(start.is_(None), start <= day), or_(end.is_(None), end >= day))


NAMES = Question(
    select(OrganisationName.organisation_id, OrganisationName.name)
    .where(OrganisationName.organisation_id == any_(IDS))
    .where(or_(OrganisationName.from_on.is_(None), OrganisationName.from_on <= DAY))
    .order_by(OrganisationName.from_on.asc().nulls_first())
)
VALID = Question(
    select(Organisation.id).where(
        Organisation.id == ID,
        Organisation.slug.is_not(None),
        valid_on(Organisation.valid_from, Organisation.valid_to, DAY),
    )
)
HEIR = Question(
    select(OrganisationHeir.heir_id)
    .where(OrganisationHeir.organisation_id == ID)
    .order_by(OrganisationHeir.principal.desc(), OrganisationHeir.heir_id)
    .limit(1)
)
EDGE = Question(
    select(OrganisationEdge.to_id)
    .where(
        OrganisationEdge.organisation_id == ID,
        OrganisationEdge.type == any_(bindparam("types", type_=ARRAY(Text()))),
        valid_on(OrganisationEdge.from_on, OrganisationEdge.to_on, DAY),
    )
    .order_by(OrganisationEdge.from_on.desc().nulls_last(), OrganisationEdge.to_id)
    .limit(1)
)
_HELD = select(Office.person_id, Office.organisation_id, Office.role).where(valid_on(Office.from_on, Office.to_on, DAY))
OFFICES = Question(_HELD.where(Office.person_id == ID))
HOLDERS = Question(
    _HELD.where(
        Office.organisation_id == any_(IDS), Office.role == any_(bindparam("roles", type_=ARRAY(Text())))
    ).order_by(Office.person_id)
)


class Held(NamedTuple):
    """That a person holds an office."""

    person_id: UUID
    organisation_id: UUID
    role: str


async def names_on(session: AsyncSession, ids: Iterable[UUID], day: date) -> dict[UUID, str]:
    """What each body is called that day; one that has ended keeps its last name. One statement."""
    return dict(map(tuple, await NAMES.rows(session, ids=list(set(ids)), day=day)))


async def is_valid(session: AsyncSession, organisation_id: UUID, day: date) -> bool:
    """Whether the body is known and exists that day."""
    return await VALID.value(session, id=organisation_id, day=day) is not None


async def standing_body(session: AsyncSession, organisation_id: UUID, day: date) -> UUID | None:
    """The body itself if it exists that day, else its (principal) heir, or that one's; None if there is none."""
    seen: set[UUID] = set()
    here: UUID | None = organisation_id
    while here is not None and here not in seen:
        if await is_valid(session, here, day):
            return here
        seen.add(here)
        here = await HEIR.value(session, id=here)
    return None


async def stood_for(session: AsyncSession, organisation_ids: Collection[UUID], day: date) -> set[UUID]:
    """The bodies that have ended by that day and whose (principal) heirs these are, through any number of changes."""
    ended = select(Organisation.id.label("id")).where(Organisation.id.in_(set(organisation_ids))).cte(recursive=True)
    before = (
        select(OrganisationHeir.organisation_id)
        .join(ended, OrganisationHeir.heir_id == ended.c.id)
        .join(Organisation, Organisation.id == OrganisationHeir.organisation_id)
        .where(OrganisationHeir.principal, Organisation.valid_to < day)
    )
    return set(await session.scalars(select(ended.union(before).c.id))) - set(organisation_ids)


async def _edge(session: AsyncSession, organisation_id: UUID, types: Sequence[str], day: date) -> UUID | None:
    found: UUID | None = await EDGE.value(session, id=organisation_id, types=list(types), day=day)
    return found


async def superior(session: AsyncSession, organisation_id: UUID, day: date) -> UUID | None:
    """The line-of-command superior that stands that day; a body without one uses that of its host."""
    seen: set[UUID] = set()
    here: UUID | None = organisation_id
    while here is not None and here not in seen:
        above = await _edge(session, here, [LINE_OF_COMMAND], day)
        if above is not None:
            return await standing_body(session, above, day)
        seen.add(here)
        here = await host(session, here, day)
    return None


async def host(session: AsyncSession, organisation_id: UUID, day: date) -> UUID | None:
    """The body that this one is the standing office of, or a part of, that day."""
    return await _edge(session, organisation_id, HOSTS, day)


async def below(session: AsyncSession, organisation_ids: Iterable[UUID], day: date) -> set[UUID]:
    """These bodies and all that answer to them that day, by command, standing office and part. One statement."""
    down = (
        select(Organisation.id.label("id"))
        .where(Organisation.id.in_(set(organisation_ids)))
        .cte("down", recursive=True)
    )
    edge = OrganisationEdge
    step = (
        select(edge.organisation_id)
        .join(down, edge.to_id == down.c.id)
        .where(edge.type.in_([LINE_OF_COMMAND, *HOSTS]), valid_on(edge.from_on, edge.to_on, day))
    )
    return set(await session.scalars(select(down.union(step).c.id)))


async def audited(session: AsyncSession, organisation_ids: Collection[UUID], day: date) -> set[UUID]:
    """Whose deeds the auditors of these bodies read: at and below them, and of what ended and has its heir there."""
    reached = await below(session, organisation_ids, day)
    return reached | await stood_for(session, reached, day)


async def offices_of(session: AsyncSession, person_id: UUID, day: date) -> Sequence[Held]:
    """The posts a person holds that day."""
    return [Held(*row) for row in await OFFICES.rows(session, id=person_id, day=day)]


async def holders(
    session: AsyncSession, organisation_ids: Iterable[UUID], roles: Iterable[str], day: date
) -> Sequence[Held]:
    """Who holds one of these offices at one of these bodies that day."""
    found = await HOLDERS.rows(session, ids=list(set(organisation_ids)), roles=list(set(roles)), day=day)
    return [Held(*row) for row in found]
