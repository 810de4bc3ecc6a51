"""The main job in one process."""

from __future__ import annotations

import httpx

from tests.walks.walker import Walker
from tests.walks.whole import walk


async def test_an_obligation_becomes_a_duty_a_nomination_two_publications_and_is_taken_back(walker: Walker) -> None:
    await walk(walker)


async def test_the_same_walk_again_disturbs_nothing(walker: Walker) -> None:
    await walk(walker)


async def test_the_process_is_alive_ready_and_measured(walker: Walker) -> None:
    root = walker.addresses["plans"].removesuffix("/plans")
    async with httpx.AsyncClient(base_url=root) as client:
        alive, ready, metrics = [await client.get(path) for path in ("/healthz", "/readyz", "/metrics")]

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert set(ready.json()["services"]) == {"plans", "nominations", "publicity", "notifications"}
    assert "lantoa_outbox_rows" in metrics.text
