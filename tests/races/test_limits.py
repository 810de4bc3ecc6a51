"""A maximum of one, and two who submit: the second counts only when the first has committed."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from shared.clock import today
from tests.races import people
from tests.races.gate import holding
from tests.races.product import Product, problem

pytestmark = pytest.mark.xdist_group("races")

PRESENTED = "SELECT count(*) FROM nominations WHERE obligation_id = $1 AND state = 'submitted'"


async def ready(product: Product, *, maximum: int, count: int) -> tuple[str, list[tuple[str, str]]]:
    """A plan's obligation, and drafts that answer it: their paths and versions."""
    obligation, plan_id = uuid4(), str(uuid4())
    put = await product.done("ha", "PUT", f"/plans/v1/plans/{plan_id}", people.plan(obligation, maximum=maximum))
    issuing = f"/plans/v1/plans/{plan_id}/issue"
    await product.done("ha", "POST", issuing, version=put.headers["etag"])
    named = {"plan_id": plan_id, "obligation_id": str(obligation)}
    named["period_key"] = f"{today().year}-Q{(today().month + 2) // 3}"
    return str(obligation), [await drafted(product, named) for _ in range(count)]


async def drafted(product: Product, named: dict[str, str]) -> tuple[str, str]:
    """As soon as the plan is known there."""
    path = f"/nominations/v1/nominations/{uuid4()}"
    async with asyncio.timeout(50):
        while True:
            answer = await product.ask("mai", "PUT", path, people.draft(**named))
            if answer.is_success:
                return path, answer.headers["etag"]
            assert problem(answer) == (409, "not-known-yet"), answer.text
            await asyncio.sleep(0.1)


async def submit(product: Product, path: str, version: str) -> httpx.Response:
    return await product.ask("mai", "POST", f"{path}/submission", version=version)


async def test_the_second_of_two_submitters_counts_the_first(product: Product) -> None:
    """Both are stopped where they have counted and not committed: without the advisory lock both count none."""
    obligation, drafts = await ready(product, maximum=1, count=2)

    async with holding(product.database("nominations"), "LOCK TABLE story_versions IN EXCLUSIVE MODE") as gate:
        asked = []
        for count, draft in enumerate(drafts, start=1):
            asked.append(asyncio.create_task(submit(product, *draft)))
            await gate.stand_before(count)
    first, second = await asyncio.gather(*asked)

    assert (first.status_code, problem(second)) == (200, (409, "limit-reached"))
    assert await product.rows("nominations", PRESENTED, obligation) == [(1,)]


async def test_a_maximum_holds_against_many_submitters_at_two_processes(product: Product) -> None:
    obligation, drafts = await ready(product, maximum=3, count=12)

    answers = await asyncio.gather(*(submit(product, *draft) for draft in drafts))

    told = Counter(a.status_code if a.is_success else problem(a) for a in answers)
    assert (told[200], told[409, "limit-reached"]) == (3, 9)
    assert await product.rows("nominations", PRESENTED, obligation) == [(3,)]
