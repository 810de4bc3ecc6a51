"""Many rows of one table by one statement: an array for each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import asyncpg
from sqlalchemy import Insert, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.question import Question


async def insert_many(session: AsyncSession, into: Insert, rows: Sequence[Mapping[str, Any]]) -> list[asyncpg.Record]:
    """Rows that name the same columns; `into` is an insert without values, always the same object.

    What the session has not flushed yet is flushed before. Gives what it returns. Raises what asyncpg raises.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    return await _of(into, names).rows(session, **{name: [row[name] for row in rows] for name in names})


@cache
def _of(into: Insert, names: tuple[str, ...]) -> Question:
    """Raises ValueError for a column that Python would fill: nobody does here."""
    columns = into.table.c
    left_out = [column.name for column in columns if column.default is not None and column.name not in names]
    if left_out:
        raise ValueError(f"{into.table.description} would be left without {left_out}")
    arrays = [bindparam(name, type_=ARRAY(columns[name].type)) for name in names]
    given = func.unnest(*arrays).table_valued(*names).render_derived(name="given")
    return Question(into.from_select(list(names), select(*given.c), include_defaults=False))
