"""The bodies around an issuer: those above it, those beside it, those under any of them, and their standing offices."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.confirming import Neighbour
from shared.directory.queries import HOSTS
from shared.directory.tables import Organisation, OrganisationEdge, OrganisationName

HIGHEST = 4  # steps up: from the lowest body to the highest there are no more
MOST_NAMES = 6000  # a body with thousands under it: the nearest are looked at


async def neighbours(session: AsyncSession, issuer_id: UUID) -> list[Neighbour]:
    """Every name that any of them has or had, the nearest first; edges of any day, for plans are old. One statement."""
    edge = OrganisationEdge
    up = (
        select(Organisation.id.label("id"), literal(0).label("steps"))
        .where(Organisation.id == issuer_id)
        .cte("up", recursive=True)
    )
    higher = select(edge.to_id, up.c.steps + 1).join(up, edge.organisation_id == up.c.id).where(up.c.steps < HIGHEST)
    up = up.union(higher)
    # what hangs on one of them: under the issuer itself before beside it, and what hangs there as its office or part
    under = select(edge.organisation_id.label("id"), (up.c.steps + 1).label("steps")).join(up, edge.to_id == up.c.id)
    around = select(up.c.id, up.c.steps).union(under).cte("around")
    parts = (
        select(edge.organisation_id.label("id"), (around.c.steps + 1).label("steps"))
        .join(around, edge.to_id == around.c.id)
        .where(edge.type.in_(HOSTS))
    )
    every = select(around.c.id, around.c.steps).union_all(parts).subquery()
    near = select(every.c.id, func.min(every.c.steps).label("steps")).group_by(every.c.id).subquery()
    name = OrganisationName
    ended = case((name.to_on.is_(None), 0), else_=1)
    rows = await session.execute(
        select(name.organisation_id, name.name, name.short_name, name.from_on, name.to_on, near.c.steps)
        .join(near, near.c.id == name.organisation_id)
        .order_by(near.c.steps, ended, name.organisation_id, name.id)
        .limit(MOST_NAMES)
    )
    return [Neighbour(*row) for row in rows]
