"""`gql`, a Python client, reads the portal graph: the list, an item, a search, pages; queries checked by its schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from gql import Client
from gql.client import AsyncClientSession, ReconnectingAsyncClientSession
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import GraphQLError

from tests.clients.portal import BROKEN, OWNER, unmarked, wanted
from tests.clients.stories import Story, publish, recall
from tests.walks.walker import Walker

Session = AsyncClientSession | ReconnectingAsyncClientSession


@pytest.fixture
async def graph(walker: Walker) -> AsyncIterator[Session]:
    """Connected; the schema was read by introspection, and every query is held against it before it is sent."""
    transport = HTTPXAsyncTransport(f"{walker.addresses['publicity']}/graphql", timeout=10)
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        yield session


async def pages(graph: Session, *, first: int, **variables: Any) -> list[list[dict[str, Any]]]:
    """Every page of a body's items."""
    found, after = [], None
    while True:
        asked = {"first": first, "after": after, "filter": {"ownerId": OWNER}, **variables}
        page = (await graph.execute(wanted("Items", asked)))["items"]
        found.append([edge["node"] for edge in page["edges"]])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def ids(nodes: list[dict[str, Any]]) -> list[str]:
    """Which items."""
    return [node["id"] for node in nodes]


async def test_lists_pages_and_searches(walker: Walker, graph: Session) -> None:
    stories: list[Story] = [await publish(walker) for _ in range(3)]

    by_one = await pages(graph, first=1)
    (at_once,) = await pages(graph, first=100)
    found = await pages(graph, first=20, search=unmarked(stories[1].name))

    assert {len(page) for page in by_one} == {1}
    assert ids([node for page in by_one for node in page]) == ids(at_once)
    assert ids(at_once)[:3] == [story.item_id for story in reversed(stories)]
    assert ids(found[0]) == [stories[1].item_id]
    assert [placement["kind"] for placement in at_once[0]["placements"]] == ["portal"]


async def test_reads_an_item_and_is_told_when_it_is_gone(walker: Walker, graph: Session) -> None:
    story = await publish(walker)

    read = await graph.execute(wanted("Item", {"id": story.item_id}))
    await recall(walker, story)
    with pytest.raises(TransportQueryError) as gone:
        await graph.execute(wanted("Item", {"id": story.item_id}))

    assert (read["item"]["title"], read["item"]["state"]) == (story.nomination["title"], "published")
    assert [error["extensions"]["code"] for error in gone.value.errors or []] == ["gone"]


async def test_a_query_that_the_schema_does_not_know_is_not_even_sent(graph: Session) -> None:
    with pytest.raises(GraphQLError, match="Cannot query field 'nominator'"):
        await graph.execute(BROKEN)
