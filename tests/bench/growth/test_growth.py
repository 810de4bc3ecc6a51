"""The generated year is one the product could have come to: numbers, copies, seals and searches agree everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from sqlalchemy import select

from services.plans.models import Duty
from services.plans.queries.duties import presented
from services.publicity.models import Edition, Item
from services.publicity.queries import names_beside, search_text
from shared.audit.seal import verify
from shared.events.publicity import ItemPublished
from tests.bench.growth.country import Country
from tests.bench.growth.fill import SERVICES
from tests.bench.growth.grown import Grown, grown
from tests.bench.growth.plans import Plans
from tests.bench.growth.size import Size
from tests.bench.growth.year import Year

TINY = Size(provinces=2, communes=6, nominations=600, items=180, messages=1_200, days=60)


@pytest.fixture(scope="module")
async def years(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[dict[str, Grown]]:
    """The four databases with the same year."""
    size = TINY.ending(TINY.last)
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(grown(database_urls, name, size)) for name in SERVICES}


async def numbers(year: Grown, table: str, where: str = "true") -> dict[UUID, int]:
    """The last number of each aggregate in `sequences` or `inbox`."""
    rows = await year.line.fetch(f"SELECT aggregate_id, last FROM {table} WHERE {where}")
    return {row["aggregate_id"]: row["last"] for row in rows}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_audit_is_sealed_as_the_product_seals_it(service: str, years: dict[str, Grown]) -> None:
    verdict = await verify(years[service].database)

    assert (verdict.broken, verdict.unsealed) == (None, 0)
    assert service == "notifications" or verdict.seals > 0


@pytest.mark.parametrize(
    ("producer", "hearers"),
    [
        ("plans", ["nominations", "publicity", "notifications"]),
        ("nominations", ["plans", "publicity", "notifications"]),
        ("publicity", ["nominations", "notifications"]),
    ],
)
async def test_every_hearer_has_heard_all_that_was_told(
    producer: str, hearers: list[str], years: dict[str, Grown]
) -> None:
    told = await numbers(years[producer], "sequences")

    for hearer in hearers:
        assert await numbers(years[hearer], "inbox", f"producer = '{producer}'") == told


async def test_items_are_searched_by_the_words_the_product_would_give_them(years: dict[str, Grown]) -> None:
    async with years["publicity"].database.transaction() as session:
        rows = await session.execute(select(Item, Edition).join(Edition, Edition.item_id == Item.id).limit(20))
        for item, edition in rows.all():
            texts = [edition.title, edition.summary, item.subject_name, edition.body, edition.credit]
            results = [f"{result['label']} {result['value']}" for result in edition.results]
            names = await names_beside(session, item)
            expected = search_text([*texts, *results, item.field, *names])
            assert sorted(item.search.split()) == sorted(expected.split())


async def test_duties_count_what_was_presented(years: dict[str, Grown]) -> None:
    async with years["plans"].database.transaction() as session:
        duties = (await session.scalars(select(Duty))).all()
        made = await presented(session, [duty.id for duty in duties])

    assert {duty.id: duty.counted for duty in duties} == {duty.id: len(made.get(duty.id, [])) for duty in duties}
    assert any(duty.counted for duty in duties)


async def test_what_was_published_last_can_be_heard_again(years: dict[str, Grown]) -> None:
    rows = await years["publicity"].line.fetch("SELECT aggregateid, payload FROM outbox ORDER BY position")
    shown = await years["nominations"].value("SELECT count(*) FROM items")

    assert [ItemPublished.model_validate_json(row["payload"]).item_id for row in rows] == [
        r["aggregateid"] for r in rows
    ]
    assert rows
    assert shown == await years["publicity"].value("SELECT count(*) FROM items") == TINY.items


def test_the_same_size_gives_the_same_year() -> None:
    size = TINY.ending(TINY.last)

    def ids() -> list[str]:
        country = Country(size)
        return [life.id for life in Year(size, country, Plans(size, country)).lives()]

    assert ids() == ids()
