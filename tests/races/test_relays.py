"""Two relays of one service: the leader stops in the middle of a batch, another takes over, and the first wakes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import psutil
import pytest

from deploy.native.process import Server
from tests.races.gate import holding
from tests.races.product import Product
from tests.races.state import agreed

pytestmark = pytest.mark.xdist_group("races")

LEADER = """
SELECT a.pid, a.client_port FROM pg_stat_activity a JOIN pg_locks l USING (pid)
WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND a.datname = current_database()
AND a.application_name = 'lantoa-nominations-relay'"""
UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
EPOCH = "SELECT epoch FROM relay"
POSITIONS = "SELECT aggregateid, sent_position FROM outbox WHERE sent_at IS NOT NULL ORDER BY aggregateid, sequence"
ITEM_FACTS = """
SELECT split_part(o.type, '.', 3) FROM outbox o JOIN items i ON i.id = o.aggregateid WHERE i.nomination_id = $1"""


def owner_of(product: Product, port: int) -> Server:
    """Which of the two has this connection to the database."""
    for server in product.processes:
        if any(found.laddr.port == port for found in psutil.Process(server.pid).net_connections("tcp")):
            return server
    raise LookupError(port)


async def until(found: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(50):
        while not await found():
            await asyncio.sleep(0.02)


async def until_sent(product: Product, service: str) -> None:
    async def nothing_waits() -> bool:
        return await product.rows(service, UNSENT) == [(0,)]

    await until(nothing_waits)


async def test_a_leader_that_is_woken_after_another_took_over_doubles_nothing_and_skips_nothing(
    product: Product,
) -> None:
    """It stands in the middle of handing a batch over, and wakes believing that it leads.

    Without the inbox rows' lock both would open an item; without the fence the batch would be marked twice, and
    whoever reads the feed by `sent_position` would pass over a fact.
    """
    id_, version = await product.in_review()
    await asyncio.gather(*(until_sent(product, service) for service in ("plans", "nominations")))
    nominations = await asyncpg.connect(product.database("nominations"))
    [(backend, port)] = await nominations.fetch(LEADER)
    leader, epoch = owner_of(product, port), await nominations.fetchval(EPOCH)
    other = next(n for n, process in enumerate(product.processes) if process is not leader)

    async with holding(product.database("publicity"), "LOCK TABLE inbox IN EXCLUSIVE MODE") as gate:
        approval = f"/nominations/v1/nominations/{id_}/approval"
        answer = await product.ask("an", "POST", approval, {"recommend": False}, at=other, version=version)
        await gate.stand_before(1)
        leader.pause()
        await nominations.execute("SELECT pg_terminate_backend($1)", backend)  # as PostgreSQL does after five seconds

        async def another_leads() -> bool:
            return bool(await nominations.fetchval(EPOCH) > epoch)

        await until(another_leads)
        await gate.stand_before(2)
    leader.resume()

    state = await agreed(product, id_)
    sent = await product.rows("nominations", POSITIONS)
    positions = [position for _, position in sent]
    await nominations.close()
    assert (answer.status_code, state.shown) == (200, ["newspaper", "portal"])
    assert await product.rows("publicity", ITEM_FACTS, id_) == [("published",)]
    assert len(set(positions)) == len(positions)
    assert sent == sorted(sent)  # facts of one aggregate; others may have been committed in another order
