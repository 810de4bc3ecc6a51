"""The fast lane says what the executor says, byte for byte, and passes on whatever it is not sure of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as bounds
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from sqlalchemy import update

from services.publicity import actions
from services.publicity.graphql import schema
from services.publicity.graphql.compiled.documents import Documents
from services.publicity.models import Item
from shared.db import Database, new_id
from shared.events.nominations import Result
from shared.events.plans import DatedName, MovementChanged
from tests.bench.growth.explaining import noted
from tests.publicity.factories import SITE, channel, item, organisation, picture, recalled, released, story
from tests.publicity.graph.documents import item_questions, items_questions

CASES = 120
WHOLE = """{ items(first: 3) { edges { cursor node {
  id nominationId url state explanation edition note title summary body results { label value }
  pictures { url mediaType alternative } credit language subjectType subjectName kind field
  owner { id slug name } organisation { id slug name __typename } movement { id name aliases launchedBy launchedOn }
  placements { channelId kind name url placedAt } publishedAt correctedAt withdrawnAt } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
ONE = "query ($id: UUID!) { item(id: $id) { id title state explanation withdrawnAt } }"
fresh: Iterator[int] = count()


def compiled() -> float:
    """How many questions the lane has answered."""
    return REGISTRY.get_sample_value("lantoa_graph_answers_total", {"way": "compiled"}) or 0.0


async def ask(reader: httpx.AsyncClient, query: str, variables: dict[str, Any] | None = None) -> httpx.Response:
    """By POST, as JSON."""
    return await reader.post("/graphql", json={"query": query, "variables": variables})


async def both(
    reader: httpx.AsyncClient, query: str, variables: dict[str, Any] | None = None
) -> tuple[httpx.Response, httpx.Response, bool]:
    """What the executor says to a text nobody has asked, what is said to it again, and whether that was the lane."""
    text = f"{query} # {next(fresh)}"
    executed, before = await ask(reader, text, variables), compiled()
    again = await ask(reader, text, variables)
    return executed, again, compiled() == before + 1


def told(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """Everything of an answer but the id of the request."""
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k != "x-correlation-id"}


async def furnish(database: Database) -> dict[str, list[Any]]:
    """Bodies that were renamed and that are not known, movements, odd texts, moments with and without fractions."""
    async with database.transaction() as session:
        renamed = [
            DatedName(name="Phòng cũ", to_on=date(2025, 6, 30)),
            DatedName(name='Phòng "mới" \\ é\t\u2028', from_on=date(2025, 7, 1)),
            DatedName(name="Phòng sau này", from_on=date(2999, 1, 1)),
        ]
        owner_id = await organisation(session, names=renamed)
        other_id = await organisation(session, "Văn phòng B")
        movement_id = new_id()
        await actions.keep_movement(
            session,
            MovementChanged(
                movement_id=movement_id,
                name="Dân vận khéo",
                aliases=["DVK", 'có "nháy"'],
                launched_on=date(2009, 5, 19),
            ),
        )
        for body in (owner_id, other_id):
            await channel(session, body, name="Cổng")
        made = [
            await item(session, owner_id, movement_id=movement_id, story=story(title="Chuyện \u0001 «một»\n\u007f 😀")),
            await item(session, other_id, field=None, story=story(body=None, results=[], pictures=[], credit=None)),
            await item(session, owner_id, organisation_id=other_id, kind="good_deed", story=story(title="môi trường")),
            await item(session, other_id, movement_id=new_id(), story=story(pictures=[picture(), picture()])),
            await item(
                session, owner_id, story=story(results=[Result(label="a", value="1"), Result(label="b", value="")])
            ),
        ]
        moments = [datetime(2026, 11, 20, 2, 0, 0, n, tzinfo=UTC) for n in (0, 120000, 7, 123456, 500)]
        for row, moment in zip(made, moments, strict=True):
            await session.execute(update(Item).where(Item.id == row.id).values(published_at=moment))
    return {
        "ids": [row.id for row in made],
        "ownerId": [str(owner_id), str(new_id())],
        "organisationId": [str(other_id)],
        "movementId": [str(movement_id)],
        "subjectType": ["individual", "collective"],
        "kind": ["good_deed", ""],
        "field": ["môi trường"],
        "publishedFrom": ["2026-11-20", "2026-11-21"],
        "publishedTo": ["2026-11-20", "2026-11-19"],
        "words": ["Chuyện", "hạt sen"],
    }


async def test_every_field_is_printed_as_the_executor_prints_it(reader: httpx.AsyncClient, committed: Database) -> None:
    await furnish(committed)

    executed, again, by_lane = await both(reader, WHOLE)

    assert by_lane
    assert told(again) == told(executed)
    assert len(executed.json()["data"]["items"]["edges"]) == 3


async def test_generated_documents_are_answered_alike(reader: httpx.AsyncClient, committed: Database) -> None:
    known = await furnish(committed)
    cursors = (await ask(reader, "{ items { edges { cursor } } }")).json()["data"]["items"]["edges"]
    known["cursors"] = [edge["cursor"] for edge in cursors]
    documents: list[tuple[str, dict[str, Any]]] = []
    differing, lanes, simple = [], 0, 0

    @seed(5)
    @bounds(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(items_questions(known), items_questions(known), item_questions(known["ids"])))
    def draw(document: tuple[str, dict[str, Any]]) -> None:
        documents.append(document)

    draw()
    for query, variables in documents:
        executed, again, by_lane = await both(reader, query, variables)
        lanes += by_lane
        refused = "errors" in executed.json()
        simple += not refused
        same = _without_id(again.json()) == _without_id(executed.json()) if refused else told(again) == told(executed)
        if not same:
            differing.append((query, variables))

    assert differing == []
    assert lanes == simple > CASES // 2


async def test_one_page_is_one_statement_however_many_rows(reader: httpx.AsyncClient, committed: Database) -> None:
    await furnish(committed)
    await both(reader, WHOLE)
    text = WHOLE + "# known"
    await ask(reader, text)

    with noted(committed) as asked:
        answer = await ask(reader, text)

    assert len(asked) == 1
    assert len(answer.json()["data"]["items"]["edges"]) == 3


async def test_an_item_taken_down_is_told_by_the_executor_the_next_moment(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    async with committed.transaction() as session:
        owner_id = await organisation(session)
        await channel(session, owner_id)
        release = released(owner_id)
        row = await actions.release_story(session, release, site=SITE)
    text, variables = f"{ONE} # {next(fresh)}", {"id": str(row.id)}
    for _ in range(2):
        await ask(reader, text, variables)
    before = compiled()
    standing = await ask(reader, text, variables)

    async with committed.transaction() as session:
        await actions.recall_story(session, recalled(release), site=SITE)
    gone = await ask(reader, text, variables)

    assert standing.json()["data"]["item"]["id"] == str(row.id)
    assert gone.json()["data"]["item"] is None
    assert [error["extensions"]["code"] for error in gone.json()["errors"]] == ["gone"]
    assert compiled() == before + 1


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ items(first: 0) { edges { cursor } } }", None),
        ('{ items(after: "nonsense") { edges { cursor } } }', None),
        ('{ items(search: "\\u0000") { edges { cursor } } }', None),
        ('{ items(filter: {publishedFrom: "0001-01-01"}) { edges { cursor } } }', None),
        ("query ($n: Int!) { items(first: $n) { edges { cursor } } }", {"n": "many"}),
        ("query ($n: Int!) { items(first: $n) { edges { cursor } } }", None),
        (ONE, {"id": "nobody"}),
        (ONE, {"id": "01a1ff22-883e-7214-8953-48a600b0acb6"}),
        ("{ items { edges { node { nothing } } } }", None),
        ("{ items @skip(if: true) { edges { cursor } } }", None),
        ("query ($no: Boolean!) { items { edges { cursor @include(if: $no) node { id } } } }", {"no": False}),
        ("{ movements { edges { node { name } } } items { edges { cursor } } }", None),
        ("{ __schema { queryType { name } } }", None),
        ("query A { __typename } query B { __typename }", None),
        (f"{{ items {{ edges {{ {'x' * 64}: cursor node {{ {'y' * 64}: id }} }} }} }}", None),
        ("{ items {", None),
        ("mutation { items }", None),
        ("", None),
    ],
)
async def test_what_is_not_simple_is_the_executors_every_time(
    query: str, variables: dict[str, Any] | None, reader: httpx.AsyncClient
) -> None:
    executed, again, by_lane = await both(reader, query, variables)

    assert not by_lane
    assert again.status_code == executed.status_code
    assert _without_id(again.json()) == _without_id(executed.json())


def _without_id(body: Any) -> Any:
    for error in body.get("errors", []):
        error.get("extensions", {}).pop("correlation_id", None)
    return body


@pytest.mark.parametrize(
    "request_",
    [
        {"content": b"[]"},
        {"content": b'{"query": 1}'},
        {"content": b'{"query": "{ __typename }", "variables": []}'},
        {"content": b'{"query": "{ items { edges { cursor } } }", "operationName": "Nobody"}'},
        {"content": b"\xff"},
        {"content": b""},
        {"content": b'{"query": "{ items { edges { cursor } } }"}', "headers": {"authorization": "Bearer forged"}},
        {"content": b'{"query": "{ items { edges { cursor } } }"}', "headers": {"content-type": "text/plain"}},
    ],
)
async def test_a_request_that_is_read_otherwise_goes_on_as_it_came(
    request_: dict[str, Any], reader: httpx.AsyncClient
) -> None:
    given = {**request_, "headers": {"content-type": "application/json", **request_.get("headers", {})}}
    before = compiled()

    answers = [await reader.post("/graphql", **given) for _ in range(3)]

    assert len({(answer.status_code, answer.headers["content-type"]) for answer in answers}) == 1
    assert answers[0].status_code in (400, 401, 415)
    assert compiled() == before


async def test_a_question_by_get_is_answered_alike(reader: httpx.AsyncClient, committed: Database) -> None:
    known = await furnish(committed)
    asked = {"query": f"{ONE} # {next(fresh)}", "variables": f'{{"id": "{known["ids"][0]}"}}'}

    executed, again = [await reader.get("/graphql", params=asked) for _ in range(2)]

    assert again.content == executed.content
    assert again.headers["content-type"] == executed.headers["content-type"]
    assert again.json()["data"]["item"]["id"] == str(known["ids"][0])


async def test_the_media_type_is_the_one_asked_for(reader: httpx.AsyncClient, committed: Database) -> None:
    modern = {"accept": "application/graphql-response+json"}
    body = {"query": f"{{ items {{ edges {{ cursor }} }} }} # {next(fresh)}"}

    executed, again = [await reader.post("/graphql", json=body, headers=modern) for _ in range(2)]

    assert told(again) == told(executed)
    assert again.headers["content-type"] == "application/graphql-response+json"


def test_a_stranger_with_ever_new_documents_fills_no_memory() -> None:
    texts = [f"{{ __typename }} # {next(fresh)}" for _ in range(12)]
    documents = Documents(schema, most=4)

    found = [documents.find(text) for text in texts for _ in range(2)]

    assert {bool(one) for one in found} == {False}
    assert documents.kept <= 2 * 4
