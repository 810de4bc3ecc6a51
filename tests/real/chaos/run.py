"""One run: furnish, break under load, heal, come to rest, sweep, judge."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx

from deploy.native.servers import made
from tests.real.chaos.checker.evidence import (
    SERVICES,
    Evidence,
    read_heads,
    read_journal,
    read_objects,
    read_tables,
    read_topic,
)
from tests.real.chaos.checker.story import shortest
from tests.real.chaos.checker.verdict import verdict
from tests.real.chaos.client import Client, Pace
from tests.real.chaos.drain import Rest, drain, swept
from tests.real.chaos.faults import Breaker
from tests.real.chaos.figures import about_here, felt, figures_of
from tests.real.chaos.journal import Journal
from tests.real.chaos.listeners import catch_up, follow_stream, read_portal, watch_portal
from tests.real.chaos.load import furnish, work
from tests.real.chaos.newsroom import newsroom
from tests.real.chaos.schedule import Fault, schedule
from tests.real.chaos.stage import Stage, stage
from tests.real.chaos.topics import Stranger

FINISH_LIMIT_S = 60.0  # for what the people had begun, after everything was healed
HEARD_LIMIT_S = 20.0
LAST = "SELECT id::text FROM outbox WHERE type LIKE 'lantoa.item.%' ORDER BY sent_position DESC LIMIT 1"


async def run(folder: Path, *, seed: int, seconds: float, per_s: float) -> tuple[dict[str, Any], str | None]:
    """Figures of the run, and the story of what was broken, or None."""
    faults = schedule(seed, seconds)
    (made(folder) / "schedule.json").write_text(json.dumps([asdict(fault) for fault in faults], indent=1))
    began = time.monotonic()
    async with stage(folder) as found:
        with Journal(folder / "journal") as journal:
            breaker, rest, gone = await _history(found, journal, faults, seed=seed, seconds=seconds, per_s=per_s)
            counts = dict(journal.counts)
        evidence = await collect(found, folder)
    violations = verdict(evidence)
    figures = {
        "seed": seed,
        "seconds": seconds,
        **about_here(found),
        **figures_of(counts, evidence, breaker.done),
        "felt": felt(folder / "services"),
        "drain": {"took_s": rest.took_s, "restless": dict(rest.restless), "retried": rest.retried},
        "files_swept": gone,
        "violations": len(violations),
        "took_s": round(time.monotonic() - began, 1),
    }
    (folder / "figures.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    (folder / "violations.txt").write_text("".join(f"{v.about} {v}\n" for v in violations))
    return figures, shortest(evidence, violations) if violations else None


async def _history(
    found: Stage, journal: Journal, faults: list[Fault], *, seed: int, seconds: float, per_s: float
) -> tuple[Breaker, Rest, int]:
    rng = random.Random(seed)
    stop = asyncio.Event()
    stranger = Stranger(urlsplit(found.settings.bus_url).netloc, journal)
    breaker = Breaker(found, journal, stranger, random.Random(rng.random()))
    async with Client(found, journal, Pace(per_s), random.Random(rng.random())) as client, _listening(found, journal):
        terms = await furnish(found, client)
        async with newsroom(client, journal, random.Random(rng.random())), _beside(stranger.listen()):
            async with asyncio.TaskGroup() as group:
                working = group.create_task(work(client, terms, stop))
                async with _beside(breaker.watch()):
                    await breaker.run(faults, seconds)
                await breaker.heal()
                stop.set()
                await asyncio.wait([working], timeout=FINISH_LIMIT_S)
                client.over.set()  # what is not answered by now stays in doubt
            rest = await drain(found)
            gone = await swept(found)
            await _all_heard(found, journal)
    return breaker, rest, gone


@asynccontextmanager
async def _beside(*loops: Any) -> AsyncIterator[None]:
    """Loops that run as long as the block does; one that fails is not hidden."""
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome


def _listening(found: Stage, journal: Journal) -> Any:
    return _beside(follow_stream(found, journal), catch_up(found, journal), watch_portal(found, journal))


async def _all_heard(found: Stage, journal: Journal) -> None:
    """Listeners have a moment to hear the last fact."""
    connection = await asyncpg.connect(found.database_url("publicity"), timeout=10)
    last = await connection.fetchval(LAST)
    await connection.close()
    deadline = time.monotonic() + HEARD_LIMIT_S
    while time.monotonic() < deadline:
        heard = [(journal.folder / f"{kind}.jsonl").read_text()[-600:] for kind in ("sse", "caught_up")]
        if all(last in text for text in heard):
            break
        await asyncio.sleep(0.3)


async def collect(found: Stage, folder: Path) -> Evidence:
    """Everything the judge looks at, while the product still stands."""
    assert found.settings.database_url is not None
    assert found.settings.files_url is not None
    base = found.settings.database_url.rsplit("/", 1)[0]
    evidence = Evidence(journal=read_journal(folder / "journal"), heads=read_heads(folder / "services"))
    for service in SERVICES:
        evidence.tables[service] = await read_tables(base, service)
        evidence.topics[service] = await read_topic(urlsplit(found.settings.bus_url).netloc, service)
    evidence.objects = await asyncio.to_thread(read_objects, found.settings.files_url)
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        url = found.of("publicity")[0].url
        evidence.portal = await read_portal(http, url)
        for row in evidence.rows("publicity", "items"):
            evidence.manifest[str(row["id"])] = (await http.get(f"{url}/v1/items/{row['id']}")).status_code
    return evidence
