"""Two years side by side: each door of the small and the large one in turn, again and again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from statistics import median

import httpx
from fastapi import FastAPI

from shared.auth.tokens import verifier_for
from shared.bus.memory import MemoryBus
from shared.files.store import open_store
from shared.web import Parts
from tests.bench.growth.doors import Door
from tests.bench.growth.explaining import Plan
from tests.bench.growth.fill import SERVICES
from tests.bench.growth.ground import Ground, Say

LIMIT_S = 30.0
WARM = 8  # prepared statements, and the plans PostgreSQL settles on


@dataclass
class Timed:
    """How long a door took to answer, in each year."""

    door: Door
    small_ms: list[float] = field(default_factory=list)
    large_ms: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The larger year's median to the smaller one's."""
        return median(self.large_ms) / median(self.small_ms)


async def timed(small: Ground, large: Ground, pairs: Sequence[tuple[Door, Door]], *, rounds: int) -> list[Timed]:
    """Every door, `rounds` times in each year, taking turns."""
    found = [Timed(door) for door, _ in pairs]
    async with _clients(small) as at_small, _clients(large) as at_large:
        for each, (little, much) in zip(found, pairs, strict=True):
            sides = [(at_small, small, little, each.small_ms), (at_large, large, much, each.large_ms)]
            for turn in range(WARM + rounds):
                for client, ground, door, took in sides:
                    ms = await _ask(client, ground, door)
                    if turn >= WARM:
                        took.append(ms)
    return found


def _clients(ground: Ground) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=LIMIT_S, trust_env=False)


async def _ask(client: httpx.AsyncClient, ground: Ground, door: Door) -> float:
    url, headers = f"{ground.processes[door.service].url}/{door.service}{door.path}", ground.headers(door.subject)
    began = time.perf_counter()
    answer = await client.request("POST" if door.body else "GET", url, headers=headers, json=door.body)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200 or (door.body and "errors" in answer.json()):
        raise RuntimeError(f"{door.name}: {answer.status_code} {answer.text[:500]}")
    return took


async def judged(ground: Ground, asked: Sequence[Door], say: Say) -> int:
    """How PostgreSQL answers each of them; how many read more than they should."""
    bad = 0
    for service in SERVICES:
        async with ground.grown(service) as year:
            parts = Parts(
                ground.settings, year.database, MemoryBus(), open_store(ground.settings), verifier_for(ground.settings)
            )
            app: FastAPI = import_module(f"services.{service}.app").create(parts)
            for door in asked:
                if door.service == service:
                    plans: list[Plan] = await year.read(app, door.path, ground.headers(door.subject), **door.body or {})
                    told = year.complaints(plans, rows=door.rows)
                    bad += bool(told)
                    for line in told:
                        say(f"  {door.name}: {line[:300]}")
    return bad


def printed(found: Sequence[Timed]) -> str:
    """A line for each door."""
    lines = [f"{'':44} {'small ms':>9} {'large ms':>9} {'slowest':>9} {'ratio':>6}"]
    for each in found:
        small, large = median(each.small_ms), median(each.large_ms)
        named = f"{each.door.service}: {each.door.name}"
        lines.append(f"{named:44} {small:9.1f} {large:9.1f} {max(each.large_ms):9.1f} {each.ratio:6.2f}")
    return "\n".join(lines)
