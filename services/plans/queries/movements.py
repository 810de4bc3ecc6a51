"""Entries of the catalogue of movements, beside what a plan calls them."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import reduce
from operator import add
from uuid import UUID

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.models import Movement
from services.plans.queries.lineages import among
from shared.text import fold

MOST_WORDS, MOST_ALIKE = 40, 30


async def movements_by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Their names."""
    if not ids:
        return {}
    rows = await session.execute(select(Movement.id, Movement.name).where(among(Movement.id, ids)))
    return dict(rows.all())


async def movements_alike(session: AsyncSession, names: Collection[str]) -> dict[UUID, str]:
    """Names of the entries that share words with these, the most alike first."""
    words = sorted(set(re.findall(r"\w+", fold(" ".join(names)))))[:MOST_WORDS]
    if not words:
        return {}
    shared = reduce(add, (cast(Movement.search.contains(word, autoescape=True), Integer) for word in words))
    rows = await session.execute(
        select(Movement.id, Movement.name)
        .where(shared > 0)
        .order_by(shared.desc(), func.length(Movement.search), Movement.id)
        .limit(MOST_ALIKE)
    )
    return dict(rows.all())
