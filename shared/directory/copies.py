"""Keeping the directory: writing an organisation or an office whole, by its fact. The same in all four services."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Insert, Table, delete, func, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Consumer, Rows
from shared.db import Base, new_id
from shared.directory.tables import (
    Office,
    Organisation,
    OrganisationEdge,
    OrganisationHeir,
    OrganisationIdentifier,
    OrganisationName,
)
from shared.events.plans import OfficeChanged, OrganisationChanged
from shared.text import fold


async def keep_organisation(session: AsyncSession, fact: OrganisationChanged) -> None:
    """The organisation as the fact says, whole; bodies it names that are not known yet become placeholders."""
    await _placeholders(session, fact)
    values = {"slug": fact.slug, "hierarchy": fact.hierarchy, "valid_from": fact.valid_from, "valid_to": fact.valid_to}
    await session.execute(
        upsert(Organisation)
        .values(id=fact.organisation_id, version=1, **values)
        .on_conflict_do_update(
            index_elements=[Organisation.id],
            set_={**values, "version": func.coalesce(Organisation.version, 0) + 1},
        )
    )
    await _replace(
        session,
        OrganisationName,
        fact.organisation_id,
        [{"id": new_id(), **n.model_dump(), "search": fold(f"{n.name} {n.short_name or ''}")} for n in fact.names],
    )
    await _replace(
        session, OrganisationEdge, fact.organisation_id, [{"id": new_id(), **edge.model_dump()} for edge in fact.edges]
    )
    await _replace(
        session,
        OrganisationHeir,
        fact.organisation_id,
        [{"heir_id": heir.organisation_id, "principal": heir.principal, "source": heir.source} for heir in fact.heirs],
    )
    await _replace(session, OrganisationIdentifier, fact.organisation_id, [i.model_dump() for i in fact.identifiers])


async def _placeholders(session: AsyncSession, fact: OrganisationChanged) -> None:
    named = {edge.to_id for edge in fact.edges} | {heir.organisation_id for heir in fact.heirs}
    if named:
        rows = [{"id": organisation_id} for organisation_id in sorted(named)]
        await session.execute(upsert(Organisation).values(rows).on_conflict_do_nothing())


async def _replace(session: AsyncSession, table: type[Base], owner: UUID, rows: list[dict[str, Any]]) -> None:
    column = table.__table__.c.organisation_id
    await session.execute(delete(table).where(column == owner))
    if rows:
        await session.execute(insert(table), [{"organisation_id": owner, **row} for row in rows])


def office_rows(fact: OfficeChanged) -> Rows:
    """The office as the fact says."""
    values = fact.model_dump(exclude={"office_id"})
    return Rows(KEEP_OFFICE, [{"id": fact.office_id, "version": 1, **values}])


def _keep_office() -> Insert:
    office = upsert(cast(Table, Office.__table__))
    told = {name: office.excluded[name] for name in OfficeChanged.model_fields if name != "office_id"}
    return office.on_conflict_do_update(index_elements=["id"], set_={**told, "version": Office.version + 1})


KEEP_OFFICE = _keep_office()


async def keep_office(session: AsyncSession, fact: OfficeChanged) -> None:
    """The same, written at once."""
    await session.execute(*office_rows(fact))


def keep_copies(consumer: Consumer) -> None:
    """Registers the handlers by which a service keeps its copy of the directory."""
    consumer.on(OrganisationChanged)(keep_organisation)
    consumer.keep(OfficeChanged)(office_rows)
