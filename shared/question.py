"""Questions asked so often that the ORM's part in them is felt: rendered once, then sent the driver's own way."""

from __future__ import annotations

from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import Dialect, SelectBase
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import plain, with_all_flushed


class _Rendered(NamedTuple):
    dialect: Dialect
    sql: str
    names: list[str]
    constants: dict[str, Any]


class Question:
    """A select whose values are named by `bindparam`; lists are given to `any_`, for an `in_` is rendered anew."""

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._rendered: _Rendered | None = None

    async def rows(self, session: AsyncSession, **values: Any) -> list[asyncpg.Record]:
        """All that is found, as the driver gives it; what the session has not flushed yet is flushed before."""
        dialect = session.sync_session.get_bind().dialect
        if self._rendered is None or self._rendered.dialect is not dialect:
            self._rendered = self._render(dialect)
        given = self._rendered.constants | values
        await with_all_flushed(session)
        found: list[asyncpg.Record] = await (await plain(session)).fetch(
            self._rendered.sql, *(given[name] for name in self._rendered.names)
        )
        return found

    async def value(self, session: AsyncSession, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = await self.rows(session, **values)
        return found[0][0] if found else None

    def _render(self, dialect: Dialect) -> _Rendered:
        compiled = self._statement.compile(dialect=dialect)
        return _Rendered(dialect, str(compiled), list(compiled.positiontup or ()), dict(compiled.params))
