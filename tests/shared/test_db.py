"""PostgreSQL away, silent or slow: known within two seconds, without a question of its own in ordinary times."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.db import Database, connect, plain
from shared.transient import is_transient

LIMIT_S = 2.0
PUT = "INSERT INTO sequences (aggregate_id, last) VALUES (gen_random_uuid(), :n)"


class Cable:
    """What lies between a pool and the server; while it is `cut` it takes everything and passes nothing on."""

    def __init__(self, socket: str) -> None:
        self.socket = socket
        self.whole = asyncio.Event()
        self.whole.set()
        self.ends: list[asyncio.StreamWriter] = []

    def cut(self) -> None:
        self.whole.clear()

    def mend(self) -> None:
        self.whole.set()

    async def lie(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways."""
        there, back = await asyncio.open_unix_connection(self.socket)
        self.ends += [writer, back]
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await reader.read(65_536):
                await self.whole.wait()
                writer.write(said)
                await writer.drain()
        writer.close()


@pytest.fixture
async def cable(committed: Database) -> AsyncIterator[tuple[Database, Cable]]:
    """A pool of its own, connected through a cable."""
    cable = Cable(f"{committed.url.query['host']}/.s.PGSQL.5432")
    server = await asyncio.start_server(cable.lie, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = committed.url.set(host="127.0.0.1", port=port, query={})
    database = connect(url.render_as_string(hide_password=False), application="test", statement_s=1.2)
    yield database, cable
    cable.mend()
    await database.close()
    for end in cable.ends:
        end.close()
    server.close()
    await server.wait_closed()


async def ask(database: Database) -> tuple[bool, float]:
    """Whether a transaction was answered, and how long it took to know."""
    began = time.monotonic()
    try:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
    except Exception as error:
        if not is_transient(error):
            raise
        return False, time.monotonic() - began
    return True, time.monotonic() - began


async def test_a_silent_server_is_known_in_time_by_old_and_new_connections(cable: tuple[Database, Cable]) -> None:
    database, line = cable
    fine, _ = await ask(database)
    assert fine

    line.cut()
    answered = [await ask(database), await ask(database)]

    assert [fine for fine, _ in answered] == [False, False]
    assert max(took_s for _, took_s in answered) < LIMIT_S


async def test_more_requests_than_connections_are_all_refused_in_time(cable: tuple[Database, Cable]) -> None:
    database, line = cable
    await asyncio.gather(*(ask(database) for _ in range(8)))

    line.cut()
    answered = await asyncio.gather(*(ask(database) for _ in range(20)))

    assert not any(fine for fine, _ in answered)
    assert max(took_s for _, took_s in answered) < LIMIT_S


async def test_a_server_that_answers_again_is_used_again(cable: tuple[Database, Cable]) -> None:
    database, line = cable
    await ask(database)
    line.cut()
    await ask(database)

    line.mend()

    assert (await ask(database))[0]


async def test_a_statement_never_answered_is_waited_for_once(cable: tuple[Database, Cable]) -> None:
    """A rollback on the same connection would wait as long again."""
    database, line = cable
    async with database.sessions() as session:
        await session.execute(text("SELECT 1"))
        line.cut()
        began = time.monotonic()

        with pytest.raises(TimeoutError):
            await session.execute(text("SELECT 2"))

    assert time.monotonic() - began < LIMIT_S


async def test_a_long_statement_has_the_time_it_needs(cable: tuple[Database, Cable]) -> None:
    database, _ = cable

    async with database.transaction() as session:
        slept = await session.scalar(text("SELECT 'slept' FROM pg_sleep(1)"))

    assert slept == "slept"


async def test_a_pool_closes_in_time_though_nobody_says_goodbye(cable: tuple[Database, Cable]) -> None:
    database, line = cable
    await asyncio.gather(*(ask(database) for _ in range(4)))

    line.cut()
    began = time.monotonic()
    await database.close()

    assert time.monotonic() - began < LIMIT_S


async def test_a_value_the_database_cannot_take_is_the_givers_fault(committed: Database) -> None:
    async with committed.sessions() as session:
        with pytest.raises(DBAPIError) as refused:
            await session.execute(text("SELECT CAST(:number AS bigint)"), {"number": 2**70})

    assert not is_transient(refused.value)


async def put(database: Database, number: int, *, by_driver: bool) -> None:
    """One row in one transaction, by the session or by the driver's connection inside it."""
    async with database.transaction() as session:
        if by_driver:
            await (await plain(session)).execute(PUT.replace(":n", "$1"), number)
        else:
            await session.execute(text(PUT), {"n": number})


@pytest.mark.parametrize("by_driver", [False, True])
async def test_what_is_committed_after_a_server_was_silent_is_committed(
    by_driver: bool, cable: tuple[Database, Cable], committed: Database
) -> None:
    """A BEGIN that was given up reaches the server late: on that connection COMMIT would end only a savepoint."""
    database, line = cable
    await put(database, 1, by_driver=by_driver)
    line.cut()
    with pytest.raises(TimeoutError):
        await put(database, 2, by_driver=by_driver)
    line.mend()
    await asyncio.sleep(0.3)  # the late BEGIN arrives

    for number in range(3, 15):
        await put(database, number, by_driver=by_driver)
    async with committed.transaction() as session:
        found = (await session.scalars(text("SELECT last FROM sequences ORDER BY last"))).all()

    assert list(found) == [1, *range(3, 15)]
