"""An editor and a recall at the same item, and two editors at one placement, in either order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.races.gate import holding
from tests.races.product import Product, problem
from tests.races.shown import Shown, published

pytestmark = pytest.mark.xdist_group("races")

ITEM = "SELECT id FROM items WHERE id = $1 FOR UPDATE"
FACTS = "SELECT split_part(type, '.', 3) FROM outbox WHERE aggregateid = $1 ORDER BY position"
STATES = """
SELECT i.state, i.withdrawal, array_agg(p.state ORDER BY p.state) FROM items i JOIN placements p ON p.item_id = i.id
WHERE i.id = $1 GROUP BY i.id"""


@pytest.fixture
async def item(product: Product) -> Shown:
    """Approved, and shown where that needs no editor."""
    return await published(product)


async def facts(product: Product, item: Shown, count: int) -> list[str]:
    """What was announced of the item, once there are so many."""
    async with asyncio.timeout(50):
        while len(rows := await product.rows("publicity", FACTS, item.id)) < count:
            await asyncio.sleep(0.02)
    return [fact for (fact,) in rows]


async def test_what_an_editor_confirmed_before_a_recall_is_recalled_too(product: Product, item: Shown) -> None:
    """Without the item's lock the recall would count its version from what it had read before the editor's change:
    two states under one ETag.
    """
    async with holding(product.database("publicity"), ITEM, item.id) as gate:
        confirming = asyncio.create_task(item.confirm(product, "bich"))
        await gate.stand_before(1)
        await item.hold(product)
        await gate.stand_before(2)

    assert (await confirming).status_code == 200
    assert await facts(product, item, 3) == ["published", "placement_confirmed", "withdrawn"]
    before = int(item.version.strip('"'))
    assert await product.rows("publicity", "SELECT version FROM items WHERE id = $1", item.id) == [(before + 2,)]
    assert await product.rows("publicity", STATES, item.id) == [("withdrawn", "gone", ["withdrawn", "withdrawn"])]


@pytest.mark.parametrize("deed", [Shown.confirm, Shown.correct], ids=lambda deed: deed.__name__)
async def test_what_was_recalled_no_editor_brings_back(product: Product, item: Shown, deed: Any) -> None:
    async with holding(product.database("publicity"), ITEM, item.id) as gate:
        await item.hold(product)
        await gate.stand_before(1)
        editing = asyncio.create_task(deed(item, product, "bich"))
        await gate.stand_before(2)

    assert problem(await editing) == (410, "gone")
    assert await facts(product, item, 2) == ["published", "withdrawn"]
    assert await product.rows("publicity", STATES, item.id) == [("withdrawn", "gone", ["withdrawn", "withdrawn"])]


async def test_of_two_who_confirm_one_placement_one_does(product: Product, item: Shown) -> None:
    async with holding(product.database("publicity"), ITEM, item.id) as gate:
        first = asyncio.create_task(item.confirm(product, "bich"))
        await gate.stand_before(1)
        second = asyncio.create_task(item.confirm(product, "bao"))
        await gate.stand_before(2)

    assert ((await first).status_code, problem(await second)) == (200, (412, "precondition-failed"))
    assert await facts(product, item, 2) == ["published", "placement_confirmed"]
