"""What a process keeps to answer faster is dropped in both processes when it is no longer true."""

from __future__ import annotations

import asyncio

import pytest

from tests.races.product import Product
from tests.races.shown import Shown, published

pytestmark = pytest.mark.xdist_group("races")

LIST = "{ items { edges { node { id title } } } }"
GONE = "SELECT 1 FROM items WHERE id = $1 AND state = 'withdrawn'"
TOLD_WITHIN_S = 1.0
BY_MEMORY = 'lantoa_graph_answers_total{way="kept"}'


async def portal(product: Product, at: int) -> str:
    """The list as one process gives it."""
    path = f"{product.processes[at].url}/publicity/graphql"
    return (await product.http.post(path, json={"query": LIST})).text


async def from_memory(product: Product, at: int) -> float:
    """How many questions one process has answered from what it kept."""
    metrics = (await product.http.get(f"{product.processes[at].url}/metrics")).text
    return sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith(BY_MEMORY))


async def test_a_recalled_story_is_kept_by_no_process(product: Product) -> None:
    item: Shown = await published(product)
    before = [await from_memory(product, at) for at in (0, 1)]
    for at in (0, 1):
        for _ in range(4):
            assert item.id in await portal(product, at)
    kept = [await from_memory(product, at) > known for at, known in zip((0, 1), before, strict=True)]

    await item.hold(product)
    async with asyncio.timeout(50):
        while not await product.rows("publicity", GONE, item.id):
            await asyncio.gather(*(portal(product, at) for at in (0, 1)))  # keeps it warm until the last moment
    await asyncio.sleep(TOLD_WITHIN_S)
    found = [item.id in await portal(product, at) for at in (0, 1)]

    assert kept == [True, True]
    assert found == [False, False]
