"""Idempotency-Key: a request sent again, or fifty times at once, is done once and answered the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy import func, select, text

from shared.auth import SignedIn
from shared.db import Database, Session, new_id
from shared.directory.tables import Organisation
from shared.errors import Conflict
from shared.idempotency import IdempotentRoute, claim

Bearer = Callable[..., dict[str, str]]
Post = Callable[..., Any]


class New(BaseModel):
    slug: str
    pause_s: float = 0


router = APIRouter(route_class=IdempotentRoute, dependencies=[Depends(claim)])


@router.post("/organisations", status_code=201)
async def create(session: Session, actor: SignedIn, body: New, response: Response) -> dict[str, str]:
    organisation = Organisation(id=new_id(), slug=body.slug, version=1)
    session.add(organisation)
    await session.flush()
    await session.execute(text("SELECT pg_sleep(:pause)"), {"pause": body.pause_s})
    response.headers["etag"] = '"1"'
    response.headers["location"] = f"/organisations/{organisation.id}"
    return {"id": str(organisation.id)}


@router.post("/refusals")
async def refuse(session: Session, actor: SignedIn, body: New) -> None:
    session.add(Organisation(id=new_id(), slug=body.slug, version=1))
    await session.flush()
    raise Conflict


@router.delete("/organisations", status_code=204)
async def forget(session: Session, actor: SignedIn) -> None:
    await session.execute(text("DELETE FROM organisations"))


@router.get("/organisations")
async def count(session: Session, actor: SignedIn) -> int:
    return await session.scalar(select(func.count()).select_from(Organisation)) or 0


@pytest.fixture
def post(client: httpx.AsyncClient, bearer: Bearer) -> Post:
    """`await post(key, slug)`: one request of Mai's, unless another is named."""

    async def send(
        key: str | bytes | None, slug: str = "a", who: str = "mai", path: str = "/organisations", **body: Any
    ) -> httpx.Response:
        headers: dict[str, Any] = {**bearer(who), **({} if key is None else {"idempotency-key": key})}
        return await client.post(path, json={"slug": slug, **body}, headers=headers)

    return send


async def organisations(database: Database) -> list[str | None]:
    async with database.sessions() as session:
        return list(await session.scalars(select(Organisation.slug).order_by(Organisation.slug)))


async def test_the_same_request_again_gets_the_stored_answer(post: Post, committed: Database) -> None:
    first, again = await post("k1"), await post("k1")

    assert await organisations(committed) == ["a"]
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    for name in ("etag", "location", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")


async def test_a_quoted_key_is_the_same_as_a_bare_one(post: Post) -> None:
    assert (await post("k1")).json() == (await post('"k1"')).json()


async def test_fifty_at_once_are_done_once(post: Post, committed: Database) -> None:
    answers = await asyncio.gather(*(post("k1") for _ in range(50)))

    counted = Counter(answer.status_code for answer in answers)
    bodies = {answer.content for answer in answers if answer.status_code == 201}
    assert await organisations(committed) == ["a"]
    assert set(counted) <= {201, 409, 503}
    assert len(bodies) == 1
    assert (await post("k1")).content in bodies


async def test_while_the_first_is_under_way_the_second_is_told_when_to_come_back(post: Post) -> None:
    first = asyncio.create_task(post("k1", pause_s=0.5))
    await asyncio.sleep(0.2)

    second = await post("k1", pause_s=0.5)

    assert (second.status_code, second.json()["type"]) == (409, "urn:lantoa:problem:still-in-flight")
    assert second.headers["retry-after"] == "1"
    assert (await first).status_code == 201


async def test_the_key_with_other_content_is_refused(post: Post, committed: Database) -> None:
    await post("k1", "a")

    answer = await post("k1", "b")

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:lantoa:problem:key-used-differently")
    assert await organisations(committed) == ["a"]


async def test_spaces_and_the_order_of_fields_do_not_make_other_content(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    headers = bearer("mai") | {"idempotency-key": "k1", "content-type": "application/json"}

    one = await client.post("/organisations", content=b'{"slug":"a","pause_s":0}', headers=headers)
    two = await client.post("/organisations", content=b'{ "pause_s": 0, "slug": "a" }', headers=headers)

    assert one.json() == two.json()


async def test_another_query_makes_other_content(client: httpx.AsyncClient, bearer: Bearer) -> None:
    headers = bearer("mai") | {"idempotency-key": "k1"}

    one = await client.post("/organisations?dry=1", json={"slug": "a"}, headers=headers)
    two = await client.post("/organisations?dry=2", json={"slug": "a"}, headers=headers)

    assert (one.status_code, two.status_code) == (201, 422)


async def test_a_key_belongs_to_its_person_and_its_path(post: Post, committed: Database) -> None:
    mine, hers = await post("k1", "a"), await post("k1", "b", who="lan")
    elsewhere = await post("k1", "c", path="/refusals")

    assert (mine.status_code, hers.status_code, elsewhere.status_code) == (201, 201, 409)
    assert await organisations(committed) == ["a", "b"]


async def test_a_system_may_use_keys_too(client: httpx.AsyncClient, bearer: Bearer) -> None:
    headers = bearer("portal", scope="publications") | {"idempotency-key": "k1"}

    answers = [await client.post("/organisations", json={"slug": "a"}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_a_refusal_is_not_stored_and_judged_anew(post: Post, committed: Database) -> None:
    first, again = await post("k1", path="/refusals"), await post("k1", "other", path="/refusals")

    assert [first.json()["type"], again.json()["type"]] == ["urn:lantoa:problem:conflict"] * 2
    assert await organisations(committed) == []


async def test_a_malformed_request_leaves_its_key_free(post: Post) -> None:
    assert (await post("k1", pause_s="long")).status_code == 422
    assert (await post("k1")).status_code == 201


async def test_an_answer_without_content_is_stored_too(client: httpx.AsyncClient, bearer: Bearer) -> None:
    headers = bearer("mai") | {"idempotency-key": "k1"}

    answers = [await client.delete("/organisations", headers=headers) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert answers[1].headers["idempotency-replayed"] == "true"


async def test_without_a_key_every_request_is_done(post: Post, committed: Database) -> None:
    await post(None, "a")
    await post(None, "b")

    assert await organisations(committed) == ["a", "b"]


async def test_reading_ignores_the_key(client: httpx.AsyncClient, bearer: Bearer) -> None:
    headers = bearer("mai") | {"idempotency-key": "k1"}

    assert (await client.get("/organisations", headers=headers)).json() == 0
    await client.post("/organisations", json={"slug": "a"}, headers=headers)
    assert (await client.get("/organisations", headers=headers)).json() == 1


@pytest.mark.parametrize("key", ["", " ", '""', "a b", b"\xe1", "x" * 256, 'a"b'])
async def test_a_key_that_is_none_is_refused_by_name(post: Post, key: str | bytes, committed: Database) -> None:
    answer = await post(key)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:lantoa:problem:bad-idempotency-key")
    assert answer.json()["errors"][0]["pointer"] == "#/headers/idempotency-key"
    assert await organisations(committed) == []


async def test_nobody_learns_of_a_key_without_signing_in(client: httpx.AsyncClient) -> None:
    answer = await client.post("/organisations", json={"slug": "a"}, headers={"idempotency-key": "k1"})

    assert answer.status_code == 401
