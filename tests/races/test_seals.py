"""Two processes that seal one audit: after all that was done here, there is one chain and every row is in it."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import chain

import orjson
import pytest

from services.serving import SERVICES
from shared.audit.seal import verify
from shared.db import connect
from tests.races.product import Product

pytestmark = pytest.mark.xdist_group("races")

UNSEALED = "SELECT count(*) FROM audit WHERE sealed_in IS NULL"


async def everything_sealed(product: Product, service: str) -> None:
    async with asyncio.timeout(50):
        while await product.rows(service, UNSEALED) != [(0,)]:
            await asyncio.sleep(0.05)


def logged(product: Product) -> Counter[tuple[str, int]]:
    """Which seal of which database each of the two says it made."""
    lines = chain.from_iterable(server.log.read_text().splitlines() for server in product.processes)
    said = [orjson.loads(line) for line in lines if line.startswith("{") and "audit sealed" in line]
    return Counter((entry["database"], entry["number"]) for entry in said)


async def test_two_sealers_make_one_chain(product: Product) -> None:
    """The key of `audit_seals` refuses a second seal of one number; the lock keeps anybody from coming to that.

    A loop of any kind that broke on what others did at the same moment would have said so in its log.
    """
    await asyncio.gather(*(product.submitted() for _ in range(6)))
    found = {}
    for service in SERVICES:
        await everything_sealed(product, service)
        database = connect(product.database(service), application="test")
        found[service] = await verify(database)
        await database.close()

    made = logged(product)
    assert [(verdict.broken, verdict.unsealed) for verdict in found.values()] == [(None, 0)] * len(SERVICES)
    assert set(made.values()) == {1}
    assert not any("loop failed" in server.log.read_text() for server in product.processes)
    for service, verdict in found.items():  # one that was killed in another test may not have said its last
        assert {number for name, number in made if name == f"lantoa_{service}"} <= set(range(1, verdict.seals + 1))
