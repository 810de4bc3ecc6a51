"""A service's database with a small country's year in it, for tests: few bodies, each with much behind it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from fastapi import FastAPI
from sqlalchemy.engine import make_url

from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.db import Database, connect
from shared.files.store import open_store
from shared.parts import Parts
from shared.settings import Settings
from tests.bench.growth.country import Body, Country, Person
from tests.bench.growth.explaining import Asked, Plan, explained, grown_tables, noted
from tests.bench.growth.fill import fill
from tests.bench.growth.plans import Plans
from tests.bench.growth.size import Size
from tests.conftest import calling

SMALL = Size(provinces=4, communes=60, nominations=12_000, items=6_000, messages=24_000)
MAKING = 1  # the lock under which the run's databases are made
Bearer = Callable[..., dict[str, str]]


@dataclass(frozen=True)
class Grown:
    """The database of one service, its application, and what was written."""

    database: Database
    line: asyncpg.Connection
    country: Country
    plans: Plans
    tables: frozenset[str]

    @property
    def province(self) -> Body:
        """One with a quarter of everything."""
        return self.country.provinces[0]

    def who(self, role: str, body: Body | None = None) -> Person:
        """Somebody with an office there."""
        return (body or self.province).those(role)[0]

    async def value(self, sql: str, *values: Any) -> Any:
        """One value of what was written."""
        return await self.line.fetchval(sql, *values)

    async def plans_of(self, doing: Callable[[], Awaitable[Any]]) -> list[Plan]:
        """How PostgreSQL does what the product asks of it there."""
        with noted(self.database) as asked:
            await doing()
        return [await explained(self.line, one) for one in distinct(asked)]

    def served_by(self, create: Callable[[Parts], FastAPI], settings: Settings, verifier: Verifier) -> FastAPI:
        """A service on it, none of its loops running."""
        return create(Parts(settings, self.database, MemoryBus(), open_store(settings), verifier))

    async def read(self, app: FastAPI, path: str, headers: dict[str, str], **body: Any) -> list[Plan]:
        """What a door asks when it answers well."""

        async def ask() -> None:
            async with calling(app) as client:
                answer = await client.request("POST" if body else "GET", path, headers=headers, json=body or None)
                assert answer.status_code == 200, answer.text
                assert "errors" not in answer.json()

        return await self.plans_of(ask)

    def complaints(self, plans: Sequence[Plan], *, rows: int = 1_000) -> list[str]:
        """What would cost more in a larger country."""
        return [told for plan in plans for told in plan.complaints(self.tables, rows=rows)]


def distinct(asked: Sequence[Asked]) -> list[Asked]:
    """Each statement once."""
    return list({one.statement: one for one in asked if _can_be_repeated(one.statement)}.values())


def _can_be_repeated(statement: str) -> bool:
    return statement.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")) and "INSERT" not in statement


def blocks(plans: Sequence[Plan]) -> int:
    """How much of the database they look at together, in pieces of 8 kB."""
    return sum(plan.blocks for plan in plans)


@asynccontextmanager
async def grown(urls: Callable[[str], Awaitable[str]], service: str, size: Size = SMALL) -> AsyncIterator[Grown]:
    """Copied from the run's migrated template, filled, and dropped in the end."""
    server = make_url(await urls(service)).set(drivername="postgresql", database="postgres")
    name = f"grown_{service}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = server.set(database=name).render_as_string(hide_password=False)
    keeper = await asyncpg.connect(server.render_as_string(hide_password=False))
    await keeper.fetchval("SELECT pg_advisory_lock($1)", MAKING)
    await keeper.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await keeper.execute(f'CREATE DATABASE "{name}" TEMPLATE "template_{service}"')
    await keeper.fetchval("SELECT pg_advisory_unlock($1)", MAKING)
    country, plans = await fill({service: url}, size)
    database, line = connect(url, application=service), await asyncpg.connect(url)
    try:
        yield Grown(database, line, country, plans, await grown_tables(line))
    finally:
        await line.close()
        await database.close()
        await keeper.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await keeper.close()
