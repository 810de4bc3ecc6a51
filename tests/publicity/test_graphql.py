"""The portal graph: published things only, page by page, in a constant number of questions, within limits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.publicity import actions
from services.publicity.app import create
from services.publicity.workflow import Withdrawal
from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.db import Database, new_id
from shared.events.plans import DatedName, MovementChanged
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts
from tests.conftest import calling
from tests.counting import statements
from tests.publicity.factories import (
    NAME,
    SITE,
    TITLE,
    channel,
    editor,
    item,
    organisation,
    recalled,
    released,
    story,
)

MODERN = "application/graphql-response+json"
ITEMS = """query ($first: Int! = 20, $after: String, $filter: ItemFilter, $search: String) {
  items(first: $first, after: $after, filter: $filter, search: $search) {
    edges { cursor node { id title owner { name } organisation { name } movement { name } placements { name }
                          pictures { alternative url } results { label value } } }
    pageInfo { hasNextPage endCursor } } }"""


async def ask(reader: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """The data of an answer without errors."""
    answer = await reader.post("/graphql", json={"query": query, "variables": variables})
    body = answer.json()
    assert "errors" not in body, body
    return body["data"]


async def published(database: Database, count: int = 1, **given: Any) -> list[UUID]:
    """That many items on the portal of one owner, oldest first."""
    async with database.transaction() as session:
        owner_id = await organisation(session)
        await channel(session, owner_id, name="Cổng A")
        return [(await item(session, owner_id, **given)).id for _ in range(count)]


def ids(data: Any) -> list[str]:
    """The ids on a page."""
    return [edge["node"]["id"] for edge in data["items"]["edges"]]


async def test_a_portal_reads_everything_it_shows(reader: httpx.AsyncClient, committed: Database) -> None:
    movement_id = new_id()
    async with committed.transaction() as session:
        await actions.keep_movement(session, MovementChanged(movement_id=movement_id, name="Dân vận khéo"))
    (item_id,) = await published(committed, movement_id=movement_id)

    data = await ask(reader, ITEMS)

    node = data["items"]["edges"][0]["node"]
    assert (node["id"], node["title"]) == (str(item_id), TITLE)
    assert node["owner"] == {"name": "Văn phòng A"}
    assert node["organisation"] == {"name": None}
    assert node["movement"] == {"name": "Dân vận khéo"}
    assert node["placements"] == [{"name": "Cổng A"}]
    assert node["results"] == [{"label": f"Hộ do {NAME} vận động", "value": "24/24"}]
    assert [picture["alternative"] for picture in node["pictures"]] == [f"{NAME} bên bờ biển"]
    assert data["items"]["pageInfo"]["hasNextPage"] is False


async def test_pages_follow_one_another_and_stay_when_something_new_comes(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    expected = [str(id) for id in (await published(committed, 5))[::-1]]

    first = await ask(reader, ITEMS, first=2)
    await published(committed)
    second = await ask(reader, ITEMS, first=2, after=first["items"]["pageInfo"]["endCursor"])
    third = await ask(reader, ITEMS, first=2, after=second["items"]["pageInfo"]["endCursor"])

    assert [*ids(first), *ids(second), *ids(third)] == expected
    assert [page["items"]["pageInfo"]["hasNextPage"] for page in (first, second, third)] == [True, True, False]


async def test_items_are_filtered_and_searched(reader: httpx.AsyncClient, committed: Database) -> None:
    (wanted,) = await published(committed, kind="good_deed", story=story(title="Điển hình tiên tiến"))
    await published(committed, kind="new_model")

    assert ids(await ask(reader, ITEMS, filter={"kind": "good_deed"})) == [str(wanted)]
    assert ids(await ask(reader, ITEMS, search="dien hinh")) == [str(wanted)]
    assert ids(await ask(reader, ITEMS, search="điển hình")) == [str(wanted)]
    assert ids(await ask(reader, ITEMS, filter={"publishedTo": date(2020, 1, 1).isoformat()})) == []


async def test_the_number_of_questions_does_not_grow_with_the_rows(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    await published(committed, 1)
    with statements(committed) as for_one:
        await ask(reader, ITEMS)
    await published(committed, 19)
    with statements(committed) as for_twenty:
        data = await ask(reader, f"{ITEMS} # new")  # asked again it would be one statement

    assert len(ids(data)) == 20
    assert len(for_one) == len(for_twenty) == 3


async def test_several_questions_at_once_have_a_session_each(reader: httpx.AsyncClient, committed: Database) -> None:
    (item_id,) = await published(committed)
    page = "{ edges { node { id } } }"
    query = f"{{ a: items {page} b: items {page} organisations {{ edges {{ node {{ name }} }} }} }}"

    data = await ask(reader, query)

    assert data["a"] == data["b"] == {"edges": [{"node": {"id": str(item_id)}}]}
    assert data["organisations"] == {"edges": [{"node": {"name": "Văn phòng A"}}]}


ONE = "query ($id: UUID!) { item(id: $id) { title state explanation } }"


async def test_one_item(reader: httpx.AsyncClient, committed: Database) -> None:
    (item_id,) = await published(committed)

    assert await ask(reader, ONE, id=str(item_id)) == {
        "item": {"title": TITLE, "state": "published", "explanation": None}
    }
    assert await ask(reader, ONE, id=str(new_id())) == {"item": None}


async def test_a_withdrawn_item_is_read_with_its_explanation(reader: httpx.AsyncClient, committed: Database) -> None:
    async with committed.transaction() as session:
        owner_id = await organisation(session)
        found = await item(session, owner_id)
        await actions.withdraw(
            session, editor(owner_id), found.id, Withdrawal.WITHDRAWN, "Xác minh.", version=1, site=SITE
        )

    data = await ask(reader, ONE, id=str(found.id))

    assert data == {"item": {"title": TITLE, "state": "withdrawn", "explanation": "Xác minh."}}
    assert ids(await ask(reader, ITEMS)) == []


async def test_an_item_that_is_gone_is_null_and_says_so(reader: httpx.AsyncClient, committed: Database) -> None:
    async with committed.transaction() as session:
        fact = released(await organisation(session))
        found = await actions.release_story(session, fact, site=SITE)
        await actions.recall_story(session, recalled(fact), site=SITE)

    body = (await reader.post("/graphql", json={"query": ONE, "variables": {"id": str(found.id)}})).json()

    assert body["data"] == {"item": None}
    assert [error["extensions"]["code"] for error in body["errors"]] == ["gone"]
    assert ids(await ask(reader, ITEMS)) == []


async def test_organisations_are_found_by_any_name_they_had(reader: httpx.AsyncClient, committed: Database) -> None:
    names = [
        DatedName(name="Huyện Côn Đảo", to_on=date(2025, 6, 30)),
        DatedName(name="Đặc khu Côn Đảo", from_on=date(2025, 7, 1)),
    ]
    async with committed.transaction() as session:
        id = await organisation(session, slug="con-dao", names=names)
        await organisation(session, "Nơi khác")
    query = """query ($search: String) { organisations(search: $search) {
      edges { node { id slug name url names { name toOn } } } pageInfo { hasNextPage } } }"""

    data = await ask(reader, query, search="huyen con dao")

    assert [edge["node"] for edge in data["organisations"]["edges"]] == [
        {
            "id": str(id),
            "slug": "con-dao",
            "name": "Đặc khu Côn Đảo",
            "url": f"{SITE.base}/p/organisations/con-dao",
            "names": [{"name": "Huyện Côn Đảo", "toOn": "2025-06-30"}, {"name": "Đặc khu Côn Đảo", "toOn": None}],
        }
    ]
    assert (await ask(reader, query, search="100%"))["organisations"]["edges"] == []


async def test_one_organisation_by_id_or_slug(reader: httpx.AsyncClient, committed: Database) -> None:
    async with committed.transaction() as session:
        id = await organisation(session, "Văn phòng A", slug="van-phong-a")
    query = "query ($id: UUID, $slug: String) { organisation(id: $id, slug: $slug) { name } }"

    assert await ask(reader, query, id=str(id)) == {"organisation": {"name": "Văn phòng A"}}
    assert await ask(reader, query, slug="van-phong-a") == {"organisation": {"name": "Văn phòng A"}}
    assert await ask(reader, query, slug="khong-co") == {"organisation": None}


async def test_movements_by_another_name(reader: httpx.AsyncClient, committed: Database) -> None:
    async with committed.transaction() as session:
        for name, aliases in (("Dân vận khéo", ["Khéo dân vận"]), ("Học tập suốt đời", [])):
            fact = MovementChanged(movement_id=new_id(), name=name, aliases=aliases)
            await actions.keep_movement(session, fact)
    query = "query ($search: String) { movements(search: $search) { edges { node { name aliases } } } }"

    assert await ask(reader, query, search="kheo dan") == {
        "movements": {"edges": [{"node": {"name": "Dân vận khéo", "aliases": ["Khéo dân vận"]}}]}
    }
    assert len((await ask(reader, query))["movements"]["edges"]) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ items(first: 101) { edges { cursor } } }", "invalid"),
        ("{ items(first: 0) { edges { cursor } } }", "invalid"),
        ('{ items(after: "abc") { edges { cursor } } }', "bad-cursor"),
        ('{ items(search: "' + "a" * 201 + '") { edges { cursor } } }', "invalid"),
        ('{ items(filter: {kind: "a\\u0000"}) { edges { cursor } } }', "invalid"),
        ("{ organisation { name } }", "invalid"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_with_a_code(
    reader: httpx.AsyncClient, query: str, code: str
) -> None:
    body = (await reader.post("/graphql", json={"query": query})).json()

    assert [error["extensions"]["code"] for error in body["errors"]] == [code]


@pytest.mark.parametrize(
    "query",
    [
        "{ " + " ".join(f"a{n}: movements {{ edges {{ cursor }} }}" for n in range(40)) + " }",
        "{ " + "movements { edges { cursor } } " * 700 + "}",
        "{ items { " + "edges { node { owner { " * 6 + "id" + " } } }" * 6 + " } }",
        "{ nothing }",
        "{ items {",
    ],
    ids=["aliases", "tokens", "depth", "unknown field", "syntax"],
)
async def test_a_document_beyond_the_limits_is_not_executed(reader: httpx.AsyncClient, query: str) -> None:
    answer = await reader.post("/graphql", json={"query": query}, headers={"accept": MODERN})

    assert (answer.status_code, "data" in answer.json()) == (400, False)
    assert answer.headers["content-type"].startswith(MODERN)


async def test_a_weight_that_is_no_number_is_no_mistake_of_ours(reader: httpx.AsyncClient) -> None:
    accept = [(b"accept", f"{MODERN};q=\u00b2".encode("latin-1"))]

    answer = await reader.post("/graphql", json={"query": "{ __typename }"}, headers=accept)

    assert answer.status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
async def test_a_day_off_the_calendar_is_refused(reader: httpx.AsyncClient, day: str) -> None:
    query = f'{{ items(filter: {{publishedFrom: "{day}", publishedTo: "{day}"}}) {{ edges {{ cursor }} }} }}'

    answer = await reader.post("/graphql", json={"query": query})

    assert answer.json()["errors"][0]["extensions"]["code"] == "invalid"


async def test_a_question_by_get(reader: httpx.AsyncClient, committed: Database) -> None:
    (item_id,) = await published(committed)

    answer = await reader.get("/graphql", params={"query": "{ items { edges { node { id } } } }"})

    assert answer.json() == {"data": {"items": {"edges": [{"node": {"id": str(item_id)}}]}}}


async def test_introspection_only_by_setting(
    reader: httpx.AsyncClient, committed: Database, settings: Settings, verifier: Verifier
) -> None:
    closed = settings.model_copy(update={"introspection": False})
    app = create(Parts(closed, committed, MemoryBus(), open_store(closed), verifier))
    query = {"query": "{ __schema { queryType { name } } }"}

    async with calling(app) as client:
        refused = (await client.post("/graphql", json=query)).json()

    assert list(refused) == ["errors"]
    assert (await reader.post("/graphql", json=query)).json() == {
        "data": {"__schema": {"queryType": {"name": "Query"}}}
    }
