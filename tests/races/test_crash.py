"""Killed between commit and answer: what was asked under a key is done, and asking again says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.races import people
from tests.races.product import Json, Product, problem

pytestmark = pytest.mark.xdist_group("races")

PATH = "/nominations/v1/nominations"
SEVERAL = 5  # fewer than a process has connections
NAMED = "SELECT count(*) FROM nominations WHERE subject_name = ANY($1)"
# In the write-ahead log, holding all its locks still, and waiting to be told that it may answer.
COMMITTED_AND_SILENT = """
SELECT count(DISTINCT pid) FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE wait_event = 'SyncRep' AND relation = 'stored_answers'::regclass AND mode = 'RowExclusiveLock'"""


@asynccontextmanager
async def no_commit_is_confirmed(product: Product) -> AsyncIterator[asyncpg.Connection]:
    """PostgreSQL commits, then waits for a standby that does not exist before it tells anybody."""
    connection = await asyncpg.connect(product.database("nominations"))
    try:
        await connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        await connection.execute("SELECT pg_reload_conf()")
        yield connection
    finally:
        await connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()


async def ask_until_answered(product: Product, body: Json, key: str, *, at: int) -> httpx.Response:
    """As a client does who never heard: the same again, later where he is told so."""
    async with asyncio.timeout(50):
        while True:
            answer = await product.ask("mai", "POST", PATH, body, at=at, key=key)
            if answer.is_success:
                return answer
            assert problem(answer) in {(409, "still-in-flight"), (503, "unavailable")}
            await asyncio.sleep(0.05)


async def test_killed_between_commit_and_answer_the_same_key_gets_the_answer_of_that_change(product: Product) -> None:
    """Were the answer kept in a transaction of its own, after the change or before it, this moment would tell."""
    asked = [(people.draft(), str(uuid4())) for _ in range(SEVERAL)]
    async with no_commit_is_confirmed(product) as connection:
        lost = [asyncio.create_task(product.ask("mai", "POST", PATH, body, at=0, key=key)) for body, key in asked]
        async with asyncio.timeout(50):
            while await connection.fetchval(COMMITTED_AND_SILENT) < SEVERAL:
                await asyncio.sleep(0.01)
        product.processes[0].kill()
        heard = await asyncio.gather(*lost, return_exceptions=True)

    restarted = asyncio.create_task(product.processes[0].start())
    elsewhere = await asyncio.gather(*(ask_until_answered(product, *each, at=1) for each in asked))
    await restarted
    here = await asyncio.gather(*(ask_until_answered(product, *each, at=0) for each in asked))

    assert all(isinstance(error, httpx.TransportError) for error in heard), heard
    assert Counter("idempotency-replayed" in answer.headers for answer in [*elsewhere, *here]) == {True: 2 * SEVERAL}
    assert [answer.content for answer in elsewhere] == [answer.content for answer in here]
    names = [body["subject_name"] for body, _ in asked]
    assert [answer.json()["subject_name"] for answer in here] == names
    assert await product.rows("nominations", NAMED, names) == [(SEVERAL,)]
