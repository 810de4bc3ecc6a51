"""The GraphQL door: one's own messages by pages, marking as read, and the statuses of GraphQL over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from graphql import get_introspection_query

from services.notifications.app import create
from services.notifications.graphql import create as create_graph
from shared.db import Database, new_id
from shared.web import Parts
from tests.conftest import calling
from tests.notifications import factories as make

Bearer = Callable[..., dict[str, str]]
Person = Callable[[str], UUID]
MODERN = "application/graphql-response+json"
PAGE = """query Page($first: Int!, $after: String) {
  messages(first: $first, after: $after) { edges { cursor node { title } } pageInfo { hasNextPage endCursor } }
}"""


@pytest.fixture
async def graph(committed: Database, parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    """A client on a database with real commits: each resolver opens a session of its own."""
    async with calling(create(replace(parts, database=committed))) as client:
        yield client


async def _ask(graph: httpx.AsyncClient, headers: dict[str, str], query: str, **variables: Any) -> httpx.Response:
    return await graph.post(
        "/graphql", json={"query": query, "variables": variables}, headers={"accept": MODERN, **headers}
    )


async def _seed(database: Database, person_id: UUID, number: int) -> list[UUID]:
    async with database.transaction() as session:
        return [(await make.message(session, person_id, title=f"tin {n}")).id for n in range(number)]


async def test_messages_come_by_pages(
    graph: httpx.AsyncClient, committed: Database, bearer: Bearer, person: Person
) -> None:
    await _seed(committed, person("mai"), 3)
    await _seed(committed, person("lan"), 2)

    first = (await _ask(graph, bearer("mai"), PAGE, first=2)).json()["data"]["messages"]
    second = (await _ask(graph, bearer("mai"), PAGE, first=2, after=first["pageInfo"]["endCursor"])).json()

    assert [edge["node"]["title"] for edge in first["edges"]] == ["tin 2", "tin 1"]
    assert first["pageInfo"]["hasNextPage"] is True
    assert [edge["node"]["title"] for edge in second["data"]["messages"]["edges"]] == ["tin 0"]
    assert second["data"]["messages"]["pageInfo"]["hasNextPage"] is False


async def test_many_fields_at_once_each_with_its_own_session(
    graph: httpx.AsyncClient, committed: Database, bearer: Bearer, person: Person
) -> None:
    await _seed(committed, person("mai"), 2)
    query = "{ " + " ".join(f"a{n}: unreadCount" for n in range(20)) + " }"

    answer = await _ask(graph, bearer("mai"), query)

    assert answer.json()["data"] == {f"a{n}": 2 for n in range(20)}


async def test_marking_as_read(graph: httpx.AsyncClient, committed: Database, bearer: Bearer, person: Person) -> None:
    ids = await _seed(committed, person("mai"), 3)

    one = await _ask(graph, bearer("mai"), "mutation($id: UUID!) { markRead(id: $id) { readAt } }", id=str(ids[2]))
    rest = await _ask(graph, bearer("mai"), "mutation($id: UUID!) { markAllRead(upTo: $id) }", id=str(ids[1]))
    left = await _ask(graph, bearer("mai"), "{ unreadCount }")

    assert one.json()["data"]["markRead"]["readAt"] is not None
    assert (rest.json()["data"]["markAllRead"], left.json()["data"]["unreadCount"]) == (2, 0)


async def test_somebody_elses_message_is_not_found(
    graph: httpx.AsyncClient, committed: Database, bearer: Bearer, person: Person
) -> None:
    ids = await _seed(committed, person("lan"), 1)

    answer = await _ask(graph, bearer("mai"), "mutation($id: UUID!) { markRead(id: $id) { id } }", id=str(ids[0]))

    assert (answer.status_code, answer.json()["data"]) == (200, None)
    assert answer.json()["errors"][0]["extensions"]["code"] == "not-found"


async def test_a_visitor_is_told_to_sign_in(graph: httpx.AsyncClient) -> None:
    answer = await _ask(graph, {}, "{ unreadCount }")

    assert answer.json()["errors"][0]["extensions"]["code"] == "not-signed-in"


async def test_a_forged_token_is_a_problem(graph: httpx.AsyncClient) -> None:
    answer = await _ask(graph, {"authorization": "Bearer a.b.c"}, "{ unreadCount }")

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:lantoa:problem:not-signed-in")


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_is_one_to_a_hundred(first: int, graph: httpx.AsyncClient, bearer: Bearer) -> None:
    answer = await _ask(graph, bearer("mai"), PAGE, first=first)

    assert answer.json()["errors"][0]["extensions"]["code"] == "invalid"


async def test_a_cursor_of_another_list_is_refused(graph: httpx.AsyncClient, bearer: Bearer) -> None:
    answer = await _ask(graph, bearer("mai"), PAGE, first=2, after="W10")

    assert answer.json()["errors"][0]["extensions"]["code"] == "bad-cursor"


@pytest.mark.parametrize(
    ("body", "accept", "status", "media_type"),
    [
        ({"query": "{ __typename }"}, MODERN, 200, MODERN),
        ({"query": "{ __typename }"}, "application/json", 200, "application/json"),
        ({"query": "{ __typename }"}, "*/*", 200, "application/json"),
        ({"query": "{ __typename }"}, f"{MODERN};q=0.5, application/json", 200, "application/json"),
        ({"query": "{ __typename }"}, f"application/json, {MODERN}", 200, MODERN),
        ({"query": "{"}, MODERN, 400, MODERN),
        ({"query": "{"}, "application/json", 200, "application/json"),
        ({"query": "{ nothing }"}, MODERN, 400, MODERN),
        ({"query": "query($a: Int!) { messages(first: $a) { edges { cursor } } }"}, MODERN, 400, MODERN),
        ({"query": "{ __typename }", "operationName": 3}, MODERN, 400, MODERN),
        ({"query": "{ __typename }", "variables": []}, MODERN, 400, MODERN),
        ({"query": 3}, MODERN, 400, MODERN),
        ({}, MODERN, 400, MODERN),
        ([], MODERN, 400, MODERN),
        ("x", MODERN, 400, MODERN),
        (7, MODERN, 400, MODERN),
    ],
)
async def test_statuses_and_media_types_are_those_of_the_specification(
    body: Any, accept: str, status: int, media_type: str, graph: httpx.AsyncClient
) -> None:
    answer = await graph.post("/graphql", json=body, headers={"accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (status, media_type)
    assert ("errors" in answer.json()) is (answer.json().get("data") is None)


async def test_reading_by_get_and_changing_only_by_post(graph: httpx.AsyncClient) -> None:
    read = await graph.get("/graphql", params={"query": "{ __typename }"})
    change = await graph.get("/graphql", params={"query": f'mutation {{ markAllRead(upTo: "{new_id()}") }}'})
    no_query = await graph.get("/graphql", headers={"accept": "text/html"})
    form = await graph.post("/graphql", data={"query": "{ __typename }"})

    assert (read.status_code, read.json()) == (200, {"data": {"__typename": "Query"}})
    assert (change.status_code, change.headers["allow"]) == (405, "POST")
    assert (no_query.status_code, form.status_code) == (400, 415)


@pytest.mark.parametrize(
    "query",
    [
        "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }",
        "{ messages(first: 100) { edges { node { " + " ".join(["title"] * 700) + " } } } }",
        "{ " + " ".join(["__typename"] * 2100) + " }",
        "query { ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a }",
        "{" * 3000,
    ],
    ids=["aliases", "cost", "tokens", "fragments", "nesting"],
)
async def test_a_document_beyond_the_limits_is_refused(query: str, graph: httpx.AsyncClient) -> None:
    answer = await _ask(graph, {}, query)

    assert (answer.status_code, answer.json().get("data")) == (400, None)


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 400)])
async def test_introspection_is_a_setting(allowed: bool, status: int, committed: Database, parts: Parts) -> None:
    settings = parts.settings.model_copy(update={"introspection": allowed})
    async with calling(create(replace(parts, database=committed, settings=settings))) as client:
        answer = await _ask(client, {}, get_introspection_query())
        sdl = await client.get("/graphql/schema")
        paths = (await client.get("/openapi.json")).json()["paths"]

    assert answer.status_code == status
    assert (sdl.status_code, "/graphql/schema" in paths) == ((200, True) if allowed else (404, False))
    assert (sdl.text == create_graph().as_str()) is allowed
