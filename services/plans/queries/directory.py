"""Reads of the directory by those who keep it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.lineage import TREE, canonical
from services.plans.models import Channel, Movement
from services.plans.queries.lineages import among
from shared.directory.tables import (
    Office,
    Organisation,
    OrganisationEdge,
    OrganisationHeir,
    OrganisationIdentifier,
    OrganisationName,
)
from shared.events.plans import DatedName, Edge, Heir, Identifier, OrganisationChanged
from shared.text import fold

KEEPING = 7_305_513  # any fixed number: who changes the directory waits for the other
Part = TypeVar("Part", OrganisationName, OrganisationEdge, OrganisationHeir, OrganisationIdentifier)


async def lock_directory(session: AsyncSession) -> None:
    """One change of the directory at a time: two halves of a cycle must not pass each other."""
    await session.execute(select(func.pg_advisory_xact_lock(KEEPING)))


async def organisation_rows(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """The rows of these, read afresh."""
    rows = await session.scalars(
        select(Organisation).where(among(Organisation.id, ids)).execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


async def whole_organisations(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, OrganisationChanged]:
    """These organisations whole, as their fact tells them; placeholders are left out. Five statements."""
    rows = await organisation_rows(session, ids)
    names = await _by_owner(session, OrganisationName, ids)
    edges = await _by_owner(session, OrganisationEdge, ids)
    heirs = await _by_owner(session, OrganisationHeir, ids)
    codes = await _by_owner(session, OrganisationIdentifier, ids)
    return {
        row.id: canonical(
            OrganisationChanged(
                organisation_id=row.id,
                slug=row.slug,
                hierarchy=row.hierarchy or "",
                names=[_name(name) for name in names[row.id]],
                edges=[_edge(edge) for edge in edges[row.id]],
                identifiers=[Identifier(scheme=code.scheme, value=code.value) for code in codes[row.id]],
                heirs=[_heir(heir) for heir in heirs[row.id]],
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
        )
        for row in rows.values()
        if row.slug is not None
    }


async def _by_owner(session: AsyncSession, table: type[Part], ids: Collection[UUID]) -> dict[UUID, list[Part]]:
    found: dict[UUID, list[Part]] = defaultdict(list)
    rows = select(table).where(among(table.organisation_id, ids)).execution_options(populate_existing=True)
    for row in await session.scalars(rows):
        found[row.organisation_id].append(row)
    return found


def _name(row: OrganisationName) -> DatedName:
    return DatedName(
        name=row.name,
        short_name=row.short_name,
        level=row.level,
        kind=row.kind,
        from_on=row.from_on,
        to_on=row.to_on,
    )


def _edge(row: OrganisationEdge) -> Edge:
    return Edge(type=row.type, to_id=row.to_id, role=row.role, from_on=row.from_on, to_on=row.to_on)


def _heir(row: OrganisationHeir) -> Heir:
    return Heir(organisation_id=row.heir_id, principal=row.principal, source=row.source)


async def tree(session: AsyncSession) -> dict[UUID, list[Edge]]:
    """Every edge by which one body answers to another, by the body that answers."""
    found: dict[UUID, list[Edge]] = defaultdict(list)
    for row in await session.scalars(select(OrganisationEdge).where(OrganisationEdge.type.in_(TREE))):
        found[row.organisation_id].append(_edge(row))
    return found


async def slugs(session: AsyncSession, wanted: Collection[str]) -> dict[str, UUID]:
    """Who has these slugs."""
    rows = select(Organisation.slug, Organisation.id).where(Organisation.slug.in_(wanted))
    return {slug: organisation_id for slug, organisation_id in await session.execute(rows) if slug}


def organisations_like(text: str | None, hierarchy: str | None, ids: Collection[UUID] | None) -> Select[Organisation]:
    """Organisations by any name they have ever had, folded («con dao» finds «Côn Đảo»)."""
    statement = select(Organisation).where(Organisation.slug.is_not(None))
    if text:
        name = OrganisationName
        like = name.search.contains(fold(text), autoescape=True)
        statement = statement.where(exists().where(name.organisation_id == Organisation.id, like))
    if hierarchy:
        statement = statement.where(Organisation.hierarchy == hierarchy)
    if ids is not None:
        statement = statement.where(among(Organisation.id, ids))
    return statement


def movements_like(text: str | None) -> Select[Movement]:
    """Movements by name or alias, folded."""
    statement = select(Movement)
    return statement.where(Movement.search.contains(fold(text), autoescape=True)) if text else statement


def offices_at(ids: Collection[UUID], person_id: UUID | None) -> Select[Office]:
    """Offices at these organisations, past and future ones too."""
    statement = select(Office).where(among(Office.organisation_id, ids))
    return statement.where(Office.person_id == person_id) if person_id else statement


def channels_of(organisation_id: UUID | None) -> Select[Channel]:
    """Channels, of one organisation or of all."""
    statement = select(Channel)
    return statement.where(Channel.organisation_id == organisation_id) if organisation_id else statement


async def any_office(session: AsyncSession) -> bool:
    """Whether anyone has ever held one."""
    return bool(await session.scalar(select(exists().select_from(Office))))
