"""A browser's EventSource follows the stream while the service is killed and started: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from tests.clients.browser import Reader, portal_pages, reading
from tests.clients.conftest import Product
from tests.clients.stories import PUBLISHED, Story, approved, is_out, publish
from tests.clients.tools import from_debian
from tests.real.servers import ours_to_kill


@pytest.fixture(scope="module", autouse=True)
def portal(product: Product) -> Iterator[None]:
    """The portal is up, and there is a browser."""
    from_debian("chromium")
    with portal_pages(product.portal_port):
        yield


def stream(product: Product) -> str:
    """Public: a page needs no token, and EventSource could send none."""
    return f"{product.walker.addresses['publicity']}/v1/events/stream"


async def stands(product: Product) -> None:
    """A page that connected has its place by now: a whole reading, asked later, was answered, and a second went by."""
    await product.walker.done(None, "GET", "publicity", "/v1/events")
    await asyncio.sleep(1)


async def killed_while(product: Product, reader: Reader, *, connections: int) -> Story:
    """A story approved while publicity was dead; it is out, and the browser is back by itself."""
    publicity = product.processes["publicity"]
    publicity.kill()
    path = await approved(product.walker)
    await publicity.start()
    story = await is_out(product.walker, path)
    await reader.opened(connections)
    return story


async def test_a_page_misses_nothing_and_hears_nothing_twice_over_two_kills(product: Product) -> None:
    origin = f"http://127.0.0.1:{product.portal_port}"
    async with reading(origin, stream(product)) as reader:
        await reader.opened(1)
        await stands(product)
        stories = [await killed_while(product, reader, connections=2)]  # before the page heard anything at all
        stories += [await publish(product.walker)]
        await reader.has_heard(2)
        before = (await reader.heard())[-1]["id"]
        stories += [await killed_while(product, reader, connections=3)]
        stories += [await publish(product.walker)]
        await reader.has_heard(4)
        heard, sent_ids = await reader.heard(), await reader.sent_ids()

    assert [(one["type"], one["fact"]["subject"]) for one in heard] == [(PUBLISHED, story.item_id) for story in stories]
    assert [one["id"] for one in heard] == [one["fact"]["id"] for one in heard]
    assert [sent_id is None for sent_id in sent_ids] == [True, False, False]
    assert sent_ids[-1] == before


@asynccontextmanager
async def database_away(product: Product) -> AsyncIterator[None]:
    """PostgreSQL is dead inside the block; behind it every service works again."""
    ours_to_kill(product.servers)

    async def ready() -> bool:
        return all([await asyncio.to_thread(process.is_ready, process) for process in product.processes.values()])

    product.servers.postgres.kill()
    try:
        yield
    finally:
        await product.servers.postgres.start()
        await product.walker.until(ready)


async def test_a_page_that_comes_while_the_database_is_away_hears_once_it_is_back(product: Product) -> None:
    origin = f"http://127.0.0.1:{product.portal_port}"
    async with AsyncExitStack() as stack:
        async with database_away(product):
            reader = await stack.enter_async_context(reading(origin, stream(product)))
            await reader.opened(1)
            await asyncio.sleep(1)
        await stands(product)
        story = await publish(product.walker)
        await reader.has_heard(1)
        heard = await reader.heard()

    assert [one["fact"]["subject"] for one in heard] == [story.item_id]
    assert len(reader.connections) == 1  # it was not cut off and sent round again


async def test_a_page_of_a_stranger_is_refused_by_the_browser(product: Product) -> None:
    stranger = f"http://localhost:{product.portal_port}"  # another origin, which LANTOA_CORS_ORIGINS does not name
    async with reading(stranger, stream(product)) as reader:
        await reader.given_up()

        assert await reader.heard() == []
