"""Organisations and movements as the public reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity.models import Movement
from shared.clock import today
from shared.directory.tables import Organisation, OrganisationName
from shared.errors import NotFound
from shared.paging import Page, keyset
from shared.text import fold

ORGANISATION_ORDER = (Organisation.slug, Organisation.id)
MOVEMENT_ORDER = (Movement.name, Movement.id)


@dataclass(frozen=True, slots=True)
class Lineage:
    """An organisation with all its dated names, oldest first."""

    row: Organisation
    names: list[OrganisationName]

    @property
    def today(self) -> OrganisationName | None:
        """What it is called today; its last name if it has ended."""
        begun = [name for name in self.names if name.from_on is None or name.from_on <= today()]
        return begun[-1] if begun else None


def _like(typed: str) -> str:
    escaped = fold(typed).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def organisations(
    session: AsyncSession, search: str | None, *, after: str | None, limit: int
) -> Page[Organisation]:
    """Known bodies by slug, ended ones included. One statement. Raises BadCursor."""
    statement = select(Organisation).where(Organisation.slug.is_not(None))
    if search is not None:
        statement = statement.where(
            exists().where(
                OrganisationName.organisation_id == Organisation.id, OrganisationName.search.like(_like(search))
            )
        )
    return await keyset(session, statement, ORGANISATION_ORDER, after=after, limit=limit)


async def lineages(session: AsyncSession, rows: Sequence[Organisation]) -> list[Lineage]:
    """The bodies with their names. One statement."""
    found = await session.scalars(
        select(OrganisationName)
        .where(OrganisationName.organisation_id.in_([row.id for row in rows]))
        .order_by(OrganisationName.from_on.asc().nulls_first(), OrganisationName.id)
    )
    by_body: dict[UUID, list[OrganisationName]] = {row.id: [] for row in rows}
    for name in found:
        by_body[name.organisation_id].append(name)
    return [Lineage(row, by_body[row.id]) for row in rows]


async def organisation(session: AsyncSession, wanted: str) -> Lineage:
    """A known body by slug or id. Two statements. Raises NotFound."""
    if "\0" in wanted:
        raise NotFound
    try:
        condition = Organisation.id == UUID(wanted)
    except ValueError:
        condition = Organisation.slug == wanted
    row = await session.scalar(select(Organisation).where(condition))
    if row is None:
        raise NotFound
    return (await lineages(session, [row]))[0]


async def movements(session: AsyncSession, search: str | None, *, after: str | None, limit: int) -> Page[Movement]:
    """Movements by name. One statement. Raises BadCursor."""
    statement = select(Movement)
    if search is not None:
        statement = statement.where(Movement.search.like(_like(search)))
    return await keyset(session, statement, MOVEMENT_ORDER, after=after, limit=limit)


async def movement(session: AsyncSession, movement_id: UUID) -> Movement:
    """Raises NotFound."""
    row = await session.get(Movement, movement_id)
    if row is None:
        raise NotFound
    return row
