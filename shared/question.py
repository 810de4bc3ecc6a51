"""Questions asked so often that the ORM's part in them is felt: rendered once, then sent the driver's own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import asyncpg
from sqlalchemy import Dialect, SelectBase
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from shared.db import plain, with_all_flushed


class _Bind(NamedTuple):
    name: str
    fit: Callable[[Any], Any] | None


class _Rendered(NamedTuple):
    sql: str
    binds: list[_Bind]  # in their places
    constants: dict[str, Any]


class Question:
    """A select whose values are named by `bindparam`; lists are given to `any_`, for an `in_` is rendered anew."""

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._rendered: _Rendered | None = None

    async def rows(self, session: AsyncSession, **values: Any) -> list[asyncpg.Record]:
        """All that is found, as the driver gives it; what the session has not flushed yet is flushed before."""
        if self._rendered is None:  # every database of the house speaks the same dialect
            self._rendered = self._render(session.sync_session.get_bind().dialect)
        given = self._rendered.constants | values
        await with_all_flushed(session)
        found: list[asyncpg.Record] = await (await plain(session)).fetch(
            self._rendered.sql, *(given[n] if fit is None else fit(given[n]) for n, fit in self._rendered.binds)
        )
        return found

    async def value(self, session: AsyncSession, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = await self.rows(session, **values)
        return found[0][0] if found else None

    def _render(self, dialect: Dialect) -> _Rendered:
        compiled = self._statement.compile(dialect=dialect)
        binds = [_Bind(name, fit_for(compiled.binds[name].type, dialect)) for name in compiled.positiontup or ()]
        return _Rendered(str(compiled), binds, dict(compiled.params))


def fit_for(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of this type fit for the driver, if it must be made so."""
    return cast("Callable[[Any], Any] | None", kind.dialect_impl(dialect).bind_processor(dialect))
