"""Questions about many bodies at once on a day, in a number of statements that does not grow with theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.plans.terms import Bearers
from shared.directory.queries import HOSTS, LINE_OF_COMMAND, valid_on
from shared.directory.tables import Organisation, OrganisationEdge, OrganisationHeir

FURTHEST = 20  # heirs of heirs, hosts of hosts: beyond this the data goes round in a circle


def among(
    column: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None], ids: Iterable[UUID]
) -> ColumnElement[bool]:
    """One array parameter however many ids there are: the statement stays the same and has no limit."""
    return column == any_(literal(list(ids), ARRAY(Uuid())))


async def known(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Which of these are organisations we have, placeholders not counted."""
    rows = select(Organisation.id).where(among(Organisation.id, ids), Organisation.slug.is_not(None))
    return set(await session.scalars(rows)) if ids else set()


async def bearers_on(session: AsyncSession, bearers: Bearers, day: date) -> set[UUID]:
    """Who is named, and whoever has the named edge that day. The body of the rule stands for its lineage."""
    found = set(bearers.organisation_ids)
    if bearers.of_id is None:
        return found
    of_id = (await standing_bodies(session, [bearers.of_id], day))[bearers.of_id]
    edge = OrganisationEdge
    rows = select(edge.organisation_id).where(
        edge.to_id == of_id, edge.type == bearers.edge_type, valid_on(edge.from_on, edge.to_on, day)
    )
    return found | set(await session.scalars(rows))


async def standing_bodies(session: AsyncSession, ids: Collection[UUID], day: date) -> dict[UUID, UUID | None]:
    """For each the body itself if it stands that day, else its principal heir. Two statements a generation."""
    found: dict[UUID, UUID | None] = dict.fromkeys(ids)
    waiting = {start: start for start in ids}
    for _ in range(FURTHEST):
        if not waiting:
            break
        standing = await _standing(session, set(waiting.values()), day)
        found.update((start, here) for start, here in waiting.items() if here in standing)
        gone = {start: here for start, here in waiting.items() if here not in standing}
        heirs = await _heirs(session, set(gone.values())) if gone else {}
        waiting = {start: heirs[here] for start, here in gone.items() if here in heirs}
    return found


async def _standing(session: AsyncSession, ids: set[UUID], day: date) -> set[UUID]:
    rows = select(Organisation.id).where(
        among(Organisation.id, ids),
        Organisation.slug.is_not(None),
        valid_on(Organisation.valid_from, Organisation.valid_to, day),
    )
    return set(await session.scalars(rows))


async def _heirs(session: AsyncSession, ids: set[UUID]) -> dict[UUID, UUID]:
    heir = OrganisationHeir
    rows = await session.execute(
        select(heir.organisation_id, heir.heir_id)
        .where(among(heir.organisation_id, ids))
        .order_by(heir.principal.asc(), heir.heir_id.desc())
    )
    return dict(rows.all())  # the principal one is last


async def superiors(session: AsyncSession, ids: Collection[UUID], day: date) -> dict[UUID, UUID | None]:
    """The line-of-command superior of each that stands that day; a body without one uses that of its host."""
    above: dict[UUID, UUID] = {}
    waiting = {start: start for start in ids}
    for _ in range(FURTHEST):
        if not waiting:
            break
        commands = await _edges(session, set(waiting.values()), [LINE_OF_COMMAND], day)
        above.update((start, commands[here]) for start, here in waiting.items() if here in commands)
        rest = {start: here for start, here in waiting.items() if here not in commands}
        hosts = await _edges(session, set(rest.values()), HOSTS, day) if rest else {}
        waiting = {start: hosts[here] for start, here in rest.items() if here in hosts}
    standing = await standing_bodies(session, set(above.values()), day)
    return {start: standing[above[start]] if start in above else None for start in ids}


async def _edges(session: AsyncSession, ids: set[UUID], types: Collection[str], day: date) -> dict[UUID, UUID]:
    edge = OrganisationEdge
    rows = await session.execute(
        select(edge.organisation_id, edge.to_id)
        .where(
            among(edge.organisation_id, ids),
            edge.type.in_(types),
            valid_on(edge.from_on, edge.to_on, day),
        )
        .order_by(edge.from_on.asc().nulls_first(), edge.to_id.desc())
    )
    return dict(rows.all())
