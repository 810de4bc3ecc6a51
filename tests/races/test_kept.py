"""What processes keep of the directory: an office that was taken away is gone from all of them within a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from shared.auth.actor import person_id
from tests.races import people
from tests.races.product import Product

pytestmark = pytest.mark.xdist_group("races")

GIVEN = """
INSERT INTO offices (id, person_id, person_name, organisation_id, role, from_on)
VALUES ($1, $2, 'Thu', $3, 'nominator', '2020-01-01')"""
TAKEN = "UPDATE offices SET to_on = current_date - 2 WHERE id = $1"
CUT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE application_name = 'lantoa-keeping' AND datname = current_database()"""
OLDEST_S = 1.0


@pytest.fixture
async def database(product: Product) -> AsyncIterator[asyncpg.Connection]:
    """The test's own connection to the nominations."""
    connection = await asyncpg.connect(product.database("nominations"))
    yield connection
    await connection.close()


@pytest.fixture
async def office(product: Product, database: asyncpg.Connection) -> UUID:
    """Thu's, who nominates for the unit; both processes have just learnt of it."""
    office_id, unit = uuid4(), UUID(people.draft()["organisation_id"])
    await database.execute(GIVEN, office_id, person_id(product.issuer.issuer, "thu"), unit)
    assert [answer.status_code for answer in await drafts(product)] == [201, 201]
    return office_id


async def drafts(product: Product) -> list[httpx.Response]:
    """One of Thu's at each process, whose offices are what it keeps of them."""
    path = "/nominations/v1/nominations"
    asking = (product.ask("thu", "PUT", f"{path}/{uuid4()}", people.draft(), at=process) for process in (0, 1))
    return list(await asyncio.gather(*asking))


async def test_an_office_taken_away_is_gone_at_once_from_both_processes(
    product: Product, database: asyncpg.Connection, office: UUID
) -> None:
    await database.execute(TAKEN, office)
    await asyncio.sleep(OLDEST_S / 4)  # long before anything kept is too old, however slow the machine

    answers = await drafts(product)

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_where_nobody_is_told_nothing_is_kept(
    product: Product, database: asyncpg.Connection, office: UUID
) -> None:
    """The line on which changes are told is cut, and the office taken away before anybody has a new one."""
    await database.execute(CUT)
    await database.execute(TAKEN, office)
    await asyncio.sleep(OLDEST_S / 4)

    answers = await drafts(product)

    assert [answer.status_code for answer in answers] == [403, 403]
