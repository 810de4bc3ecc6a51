"""From an approval to its effects, all services on this machine: the story on the portal, the next level told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg

from deploy.native.cluster import services
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import servers as named_servers
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.bench.road.ground import Ground, Row, waited
from tests.walks import world
from tests.walks.walker import Walker

RATE = 50
AT_ONCE = 4
LOOK_S = 0.005
SETTLED_S = 60.0
SHOWN = "SELECT nomination_id FROM items WHERE state = 'published'"
RECOMMENDED = "SELECT nomination_id FROM messages WHERE kind = 'lantoa.nomination.recommended.v1'"
PUBLISHED = "SELECT nomination_id FROM messages WHERE kind = 'lantoa.item.published.v1'"


async def latencies(here: Ground, rounds: int) -> list[Row]:
    """Fifty approvals a second by the front door, each seen when a reader of the database sees it."""
    async with _product(here) as walker:
        waiting = await _waiting(walker, 40 * rounds)
        watches = {
            "approval → on the portal": _Watch(here, "publicity", SHOWN),
            "approval → next level told": _Watch(here, "notifications", RECOMMENDED),
            "approval → on the portal → next level told": _Watch(here, "notifications", PUBLISHED),
        }
        async with asyncio.TaskGroup() as group:
            looking = [group.create_task(watch.look(set(waiting))) for watch in watches.values()]
            approved = await _approve(walker, waiting)
            await asyncio.gather(*looking)
    note = (
        f"{RATE}/s over Kafka, four processes; from the answer of the approval; looked at every {LOOK_S * 1000:.0f} ms"
    )
    return [
        waited(what, [max(0.0, watch.seen[one] - answered) * 1000 for one, answered in approved.items()], note)
        for what, watch in watches.items()
    ]


@asynccontextmanager
async def _product(here: Ground) -> AsyncIterator[Walker]:
    home = Path(here.postgres.log).parent / "product"
    settings = Settings(_env_file=None, home=home, database_url=here.postgres.url, bus_url=here.kafka.url)
    async with services(settings, home / "services") as processes:
        document = DirectoryDocument.model_validate(world.directory(settings.auth_issuer))
        with named_servers(settings) as running:
            await import_document(running, document)
        addresses = {name: process.url for name, process in processes.items()}
        async with Walker(addresses, DevelopmentIssuer(settings), patience_s=90) as walker:
            await walker.until(walker.mai_has_her_office)
            yield walker


async def _waiting(walker: Walker, count: int) -> Mapping[UUID, str]:
    """Nominations that wait for A's decision, each with the version to decide on."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> tuple[UUID, str]:
        async with room:
            path = await walker.present()
            await walker.act("vinh", "nominations", path, "take-up")
            read = await walker.ask("an", "GET", "nominations", path)
            return UUID(path.rpartition("/")[2]), read.headers["etag"]

    await walker.issue_plan()
    return dict(await asyncio.gather(*(one() for _ in range(count))))


async def _approve(walker: Walker, waiting: Mapping[UUID, str]) -> Mapping[UUID, float]:
    answered: dict[UUID, float] = {}

    async def one(nomination_id: UUID, version: str) -> None:
        path = f"/v1/nominations/{nomination_id}/approval"
        while True:
            answer = await walker.ask("an", "POST", "nominations", path, {"recommend": True}, version=version)
            if answer.status_code != 503:  # refused for now, as a busy server may: asked again
                break
            await asyncio.sleep(0.5)
        assert answer.is_success, answer.text
        answered[nomination_id] = time.perf_counter()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n, (nomination_id, version) in enumerate(waiting.items()):
            await asyncio.sleep(max(0.0, began + n / RATE - time.perf_counter()))
            group.create_task(one(nomination_id, version))
    return answered


class _Watch:
    """When each nomination was first found by a question to one service's database."""

    def __init__(self, here: Ground, service: str, question: str) -> None:
        self.dsn = here.postgres.url.rsplit("/", 1)[0] + f"/lantoa_{service}"
        self.question, self.seen = question, dict[UUID, float]()

    async def look(self, wanted: set[UUID]) -> None:
        """Until all are there. Raises TimeoutError."""
        connection = await asyncpg.connect(self.dsn)
        async with asyncio.timeout(SETTLED_S):
            while wanted - self.seen.keys():
                rows: Sequence[asyncpg.Record] = await connection.fetch(self.question)
                moment = time.perf_counter()
                for row in rows:
                    self.seen.setdefault(UUID(int=row["nomination_id"].int), moment)
                await asyncio.sleep(LOOK_S)
        await connection.close()
