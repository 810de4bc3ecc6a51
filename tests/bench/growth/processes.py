"""`python -m tests.bench.growth.processes`: one service in 1, 2 and 4 processes, answering and hearing.

Answering: requests of the portal, spread over the processes. Hearing: the facts of one topic over real Kafka, and then
again while a process is killed, another takes its place and one more comes, with every effect counted.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.native.cluster import migrate, service_process
from deploy.native.process import Server
from deploy.native.servers import kafka, postgres
from shared import road
from shared.bus.kafka import PARTITIONS
from shared.clock import now
from shared.db import Database, connect, new_id
from shared.events.nominations import NominationSubmitted
from shared.settings import Settings
from tests.bench.growth.country import Country
from tests.bench.growth.fill import SERVICES, fill
from tests.bench.growth.ground import url_of
from tests.bench.growth.size import Size
from tests.bench.load import Shot, Told, shoot
from tests.bench.processor import spent_us
from tests.bench.questions import Asked
from tests.bench.sides.side import python_process

NUMBERS = (1, 2, 4)
PUBLISHED = Size(provinces=4, communes=60, nominations=20_000, items=10_000, messages=0)
LIST = "query { items(first: 20) { edges { node { id title summary publishedAt owner { name } } } } }"
SECONDS, TURNS = 4, 3
FACTS, TOGETHER = 1_500, 500
LIMIT_S = 180.0


@dataclass
class Stage:
    """PostgreSQL and Kafka with a small country, and what runs on them."""

    settings: Settings
    postgres: Server
    country: Country

    def service(self, name: str, number: int) -> Server:
        """One of its processes."""
        return service_process(name, self.settings, self.settings.home / f"{name}-{number}")

    def url(self, service: str) -> str:
        """The address of its database."""
        return url_of(self.postgres, service)


@asynccontextmanager
async def stage(home: Path) -> AsyncIterator[Stage]:
    """Everything started, migrated and filled; ended with the block."""
    await asyncio.to_thread(home.chmod, 0o755)
    async with postgres(home) as database, kafka(home) as broker:
        settings = Settings(
            _env_file=None,
            home=home,
            database_url=database.url,
            bus_url=broker.url,
            secret_key=secrets.token_urlsafe(32),
            graph_cache=False,
        )
        await migrate(settings)
        country, _ = await fill({name: url_of(database, name) for name in SERVICES}, PUBLISHED)
        yield Stage(settings, database, country)


async def answering(found: Stage, number: int) -> str:
    """So many processes of publicity behind as many clients."""
    environment = {
        "LANTOA_ENV": "development",
        "LANTOA_HOME": str(found.settings.home),
        "LANTOA_DATABASE_URL": found.postgres.url,
        "LANTOA_GRAPH_CACHE": "false",
    }
    names = [f"publicity-{number}-{each}" for each in range(number)]
    processes = [
        python_process(name, "tests.bench.sides.product", found.settings.home, "publicity", **environment)
        for name in names
    ]
    async with _running(processes):
        asked = Asked.of("/publicity/graphql", [{"query": LIST}])
        shots = [Shot(each.url, asked, {}) for each in processes]
        await _shoot(shots)
        before = _spent(found, processes)
        told = [one for _ in range(TURNS) for one in await _shoot(shots)]
        after = _spent(found, processes)
    requests = sum(one.requests for one in told)
    server_us, database_us = ((late - early) / requests for early, late in zip(before, after, strict=True))
    each_s = requests / TURNS / SECONDS
    return f"{number:9} {each_s:12,.0f} {server_us:22,.0f} {database_us:22,.0f}"


async def _shoot(shots: Sequence[Shot]) -> list[Told]:
    return list(await asyncio.gather(*(shoot(shot, seconds=SECONDS) for shot in shots)))


def _spent(found: Stage, processes: Sequence[Server]) -> tuple[int, int]:
    return sum(spent_us(each.pid) for each in processes), spent_us(found.postgres.pid)


@asynccontextmanager
async def _running(processes: Sequence[Server]) -> AsyncIterator[None]:
    try:
        await asyncio.gather(*(process.start() for process in processes))
        yield
    finally:
        await asyncio.gather(*(process.stop() for process in processes))


class Hearing:
    """Facts of nominations on their way to notifications, and what they leave there."""

    def __init__(self, found: Stage, nominations: Database, notifications: asyncpg.Connection) -> None:
        self.found, self.nominations, self.notifications = found, nominations, notifications
        self.began = now()
        self.told = 0
        province = found.country.provinces[0]
        self.station = province
        self.judges = len(province.those("reviewer")) + len(province.those("approver"))

    async def tell(self, count: int) -> None:
        """So many nominations are presented at one station, and are all on the topic afterwards."""
        unit = self.found.country.communes[0]
        for _ in range(0, count, TOGETHER):
            async with self.nominations.transaction() as session:
                for _ in range(TOGETHER):
                    fact = NominationSubmitted(
                        nomination_id=new_id(),
                        organisation_id=unit.uuid,
                        nominator_id=new_id(),
                        title="Con đường không rác",
                        exemplar_id=new_id(),
                        subject_type="individual",
                        submitted_at=now(),
                        station_organisation_id=self.station.uuid,
                    )
                    road.record(session, fact)
        self.told += count

    async def by_mail(self, *, wanted: bool) -> None:
        """Whether everybody wants mails too: to send them takes a process longer than to hear."""
        since = "now()" if wanted else "NULL"
        await self.notifications.execute(f"UPDATE recipients SET email_confirmed_at = {since}")

    async def sent(self) -> None:
        """Until nothing waits to be sent."""
        async with self.nominations.transaction() as session:
            connection = await session.connection()
            while (await connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE sent_at IS NULL")).scalar():
                await asyncio.sleep(0.1)

    async def handled(self) -> int:
        """How many facts have been heard."""
        query = "SELECT count(*) FROM messages WHERE created_at >= $1 AND kind LIKE '%submitted%'"
        return int(await self.notifications.fetchval(query, self.began)) // self.judges

    async def until(self, count: int) -> float:
        """When so many had been."""
        deadline = time.monotonic() + LIMIT_S
        while await self.handled() < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{await self.handled()} of {count} facts were heard")
            await asyncio.sleep(0.05)
        return time.monotonic()

    async def effects(self) -> str:
        """What there is against what there must be. Raises AssertionError for a doubled or a missing one."""
        rows = await self.notifications.fetchrow(
            """SELECT count(*) AS messages, count(DISTINCT fact_id) AS facts,
            (SELECT count(*) FROM deliveries d WHERE d.channel = 'email' AND d.created_at >= $1) AS mails,
            (SELECT count(*) FROM parked) AS parked
            FROM messages WHERE created_at >= $1 AND kind LIKE '%submitted%'""",
            self.began,
        )
        due = self.told * self.judges
        assert (rows["facts"], rows["messages"], rows["mails"], rows["parked"]) == (self.told, due, due, 0), dict(rows)
        return f"{self.told:,} facts, {due:,} messages and {due:,} mails, each once; nothing parked"


async def hearing(found: Stage, say: Callable[[str], None]) -> None:
    """How fast so many processes hear, and that each fact has its effect once while they come and go."""
    nominations = connect(found.url("nominations"), application="bench")
    line = await asyncpg.connect(found.url("notifications"))
    relay = found.service("nominations", 0)
    try:
        async with _running([relay]):
            heard = Hearing(found, nominations, line)
            await heard.by_mail(wanted=False)
            say(f"\n{'processes':>9} {'facts a second':>16}   ({PARTITIONS} partitions)")
            for number in NUMBERS:
                say(await _together(heard, number))
            heard.began = now()
            heard.told = 0
            await heard.by_mail(wanted=True)
            say("\nkilled, replaced and joined while facts arrive: " + await _disturbed(heard))
    finally:
        await line.close()
        await nominations.close()


async def _together(heard: Hearing, number: int) -> str:
    """All facts wait on the topic; from a tenth to the last, so that the start of processes does not count."""
    done = heard.told
    await heard.tell(FACTS)
    await heard.sent()
    async with _running([heard.found.service("notifications", 10 * number + each) for each in range(number)]):
        began = await heard.until(done + FACTS // 10)
        early = await heard.handled()
        ended = await heard.until(done + FACTS)
    return f"{number:9} {(done + FACTS - early) / (ended - began):16,.0f}"


async def _disturbed(heard: Hearing) -> str:
    done = heard.told
    first, second, third, fourth = (heard.found.service("notifications", 100 + each) for each in range(4))
    async with AsyncExitStack() as stack:
        for process in (first, second, third, fourth):
            stack.push_async_callback(process.stop)
        await asyncio.gather(first.start(), second.start())
        steps: list[tuple[float, Callable[[], Awaitable[None]]]] = [
            (0.2, lambda: _kill(second)),
            (0.4, third.start),
            (0.6, fourth.start),
            (0.8, first.stop),
        ]
        telling = asyncio.create_task(heard.tell(FACTS))
        for share, step in steps:
            await heard.until(done + int(FACTS * share))
            await step()
        await telling
        await heard.until(done + FACTS)
        await asyncio.sleep(2)  # what came twice would be handled by now
    return await heard.effects()


async def _kill(process: Server) -> None:
    process.kill()


async def main(home: Path, only: str) -> None:
    """Both parts, or one."""
    async with stage(home) as found:
        if only != "hearing":
            say(f"{'processes':>9} {'requests/s':>12} {'service µs a request':>22} {'PostgreSQL µs':>22}")
            for number in NUMBERS:
                say(await answering(found, number))
        if only != "answering":
            await hearing(found, say)


def say(text: str) -> None:
    """To whoever watches, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth.processes")
    parser.add_argument("--only", choices=["answering", "hearing"], default="")
    folder = Path(tempfile.mkdtemp(prefix="lantoa-processes-"))
    try:
        asyncio.run(main(folder, parser.parse_args().only))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
