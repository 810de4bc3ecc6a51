"""From an approval to its effects, all services on this machine: the story on the portal, the next level told."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from deploy.native.cluster import NAMES, migrate, service_process, services
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import servers as named_servers
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.bench.processor import spent_us
from tests.bench.road.ground import Ground, Row, waited
from tests.walks import world
from tests.walks.walker import Walker

RATE, CALM = 50, 20  # approvals a second
WARM = 150  # approvals before those that count: a service just started is not what is asked about
AT_ONCE = 4
LOOK_S = 0.02
SETTLED_S = 60.0
# The newest only, and seldom more of them: looking must not take the machine away from what is looked at.
NEWEST, MORE, SELDOM = 100, 1_000, 25
SHOWN = "SELECT nomination_id FROM items WHERE state = 'published' ORDER BY published_at DESC LIMIT $1"
TOLD = "SELECT nomination_id FROM messages WHERE kind = '{}' ORDER BY id DESC LIMIT $1"
RECOMMENDED = TOLD.format("lantoa.nomination.recommended.v1")
PUBLISHED = TOLD.format("lantoa.item.published.v1")


async def latencies(here: Ground, rounds: int) -> list[Row]:
    """Approvals by the front door, each seen when a reader of the database sees it: over Kafka, and in one process."""
    over_kafka = await _latencies(here, rounds, per_s=RATE, bus_url=here.kafka.url)
    calmer = await _latencies(here, rounds, per_s=CALM, bus_url=here.kafka.url)
    in_memory = await _latencies(here, rounds, per_s=RATE, bus_url="memory://")
    return [*over_kafka, *calmer, *in_memory]


async def _latencies(here: Ground, rounds: int, *, per_s: int, bus_url: str) -> list[Row]:
    async with _product(here, bus_url) as (walker, pids):
        waiting = list((await _waiting(walker, WARM + 60 * rounds)).items())
        await _seen(here, walker, dict(waiting[:WARM]), per_s=per_s)
        before = _spent(pids)
        approved, watches = await _seen(here, walker, dict(waiting[WARM:]), per_s=per_s)
        each_ms = {name: (spent - before[name]) / len(approved) / 1000 for name, spent in _spent(pids).items()}
    carried = "in one process, by memory" if bus_url.startswith("memory:") else "over Kafka, four processes"
    note = (
        f"from the answer of the approval; looked every {LOOK_S * 1000:.0f} ms; "
        f"processor time an approval: {', '.join(f'{name} {ms:.1f} ms' for name, ms in each_ms.items())}"
    )
    return [
        waited(
            f"{what}, {per_s}/s {carried}",
            [max(0.0, watch.seen[one] - answered) * 1000 for one, answered in approved.items()],
            note,
        )
        for what, watch in watches.items()
    ]


def _spent(pids: Mapping[str, int]) -> dict[str, int]:
    return {name: spent_us(pid) for name, pid in pids.items()} | {"this bench": round(time.process_time() * 1e6)}


async def _seen(
    here: Ground, walker: Walker, waiting: Mapping[UUID, str], *, per_s: int
) -> tuple[Mapping[UUID, float], Mapping[str, _Watch]]:
    """When each approval was answered, and when its effects were first seen."""
    watches = {
        "approval → on the portal": _Watch(here, "publicity", SHOWN),
        "approval → next level told": _Watch(here, "notifications", RECOMMENDED),
        "approval → on the portal → next level told": _Watch(here, "notifications", PUBLISHED),
    }
    async with asyncio.TaskGroup() as group:
        for watch in watches.values():
            group.create_task(watch.look(set(waiting)))
        approved = await _approve(walker, waiting, per_s=per_s)
    return approved, watches


@asynccontextmanager
async def _product(here: Ground, bus_url: str) -> AsyncIterator[tuple[Walker, Mapping[str, int]]]:
    """Whoever walks through it, and the processes to be looked at; from nothing each time."""
    home = Path(here.postgres.log).parent / f"product-{uuid4().hex[:8]}"
    settings = Settings(_env_file=None, home=home, database_url=here.postgres.url, bus_url=bus_url)
    started = _together if bus_url.startswith("memory:") else _apart
    await _emptied(here)
    async with started(settings, home / "services") as (addresses, pids):
        document = DirectoryDocument.model_validate(world.directory(settings.auth_issuer))
        with named_servers(settings) as running:
            await import_document(running, document)
        async with Walker(addresses, DevelopmentIssuer(settings), patience_s=90) as walker:
            await walker.until(walker.mai_has_her_office)
            yield walker, {**pids, "postgres": here.postgres.pid, "kafka": here.kafka.pid}


@asynccontextmanager
async def _apart(settings: Settings, folder: Path) -> AsyncIterator[tuple[dict[str, str], dict[str, int]]]:
    """A process a service: their addresses, and who they are."""
    async with services(settings, folder) as processes:
        yield {name: one.url for name, one in processes.items()}, {name: one.pid for name, one in processes.items()}


@asynccontextmanager
async def _together(settings: Settings, folder: Path) -> AsyncIterator[tuple[dict[str, str], dict[str, int]]]:
    """The four in one process behind one port."""
    await migrate(settings)
    one = service_process("plans", settings, folder)
    one = replace(one, command=one.command[:-1])
    try:
        await one.start()
        yield {name: f"{one.url.removesuffix('plans')}{name}" for name in NAMES}, {"all four": one.pid}
    finally:
        await one.stop()


async def _emptied(here: Ground) -> None:
    connection = await asyncpg.connect(here.postgres.url)
    for name in NAMES:
        await connection.execute(f"DROP DATABASE IF EXISTS lantoa_{name} WITH (FORCE)")
    await connection.close()


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


async def _approve(walker: Walker, waiting: Mapping[UUID, str], *, per_s: int) -> Mapping[UUID, float]:
    answered: dict[UUID, float] = {}
    token = walker.issuer.mint("an", name="An")  # one for the evening, as an officer has it
    url, headers = f"{walker.addresses['nominations']}/v1/nominations", {"authorization": f"Bearer {token}"}

    async def one(nomination_id: UUID, version: str) -> None:
        sent = {**headers, "if-match": version, "idempotency-key": str(nomination_id)}
        while True:
            answer = await walker.http.post(f"{url}/{nomination_id}/approval", json={"recommend": True}, headers=sent)
            if answer.status_code != 503:  # refused for now, as a busy server may: asked again
                break
            await asyncio.sleep(0.5)
        assert answer.is_success, answer.text
        answered[nomination_id] = time.perf_counter()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n, (nomination_id, version) in enumerate(waiting.items()):
            await asyncio.sleep(max(0.0, began + n / per_s - time.perf_counter()))
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
            for look in itertools.count(1):
                if not wanted - self.seen.keys():
                    break
                most = NEWEST if look % SELDOM else MORE
                rows: Sequence[asyncpg.Record] = await connection.fetch(self.question, most)
                moment = time.perf_counter()
                for row in rows:
                    self.seen.setdefault(UUID(int=row["nomination_id"].int), moment)
                await asyncio.sleep(LOOK_S)
        await connection.close()
