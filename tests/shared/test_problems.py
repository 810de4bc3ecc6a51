"""Problems: every error leaves in one form, in the reader's language, naming the field at fault."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from shared.errors import Invalid, NotFound, NotKnownYet, NotSignedIn, StepNotPossible

router = APIRouter()


@router.post("/forms")
async def take_form() -> None:
    pass


@router.get("/things/{id}")
async def thing(id: UUID) -> None:
    raise NotFound


@router.put("/things/{id}")
async def put_thing(id: UUID) -> None:
    pass


@router.get("/refused/{why}")
async def refused(why: str) -> None:
    raise {
        "token": NotSignedIn(),
        "late": NotKnownYet(id="42"),
        "field": Invalid(pointer="#/end_on"),
        "many": Invalid(errors=[Invalid(pointer="#/a"), StepNotPossible(pointer="#/b", state="x", step="y")]),
        "state": StepNotPossible(state="draft", step="approve"),
        "bug": ZeroDivisionError("secret"),
    }[why]


@router.get("/endless")
async def endless() -> None:
    await asyncio.sleep(60)


async def test_a_problem_is_complete_and_vietnamese_unless_asked_otherwise(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused/state", headers={"x-correlation-id": "abc-123"})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "vi"
    assert answer.json() == {
        "type": "urn:lantoa:problem:step-not-possible",
        "title": "Bước này không thực hiện được",
        "status": 409,
        "detail": answer.json()["detail"],
        "instance": "/refused/state",
        "errors": [],
        "correlation_id": "abc-123",
    }


async def test_a_reader_of_english_gets_english(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/0198c0de-0000-7000-8000-000000000001", headers={"accept-language": "en"})

    assert answer.headers["content-language"] == "en"
    assert answer.json()["title"] == "Not found"


async def test_who_is_not_signed_in_learns_how(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused/token")

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_what_may_work_later_says_when(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused/late")

    assert (answer.status_code, answer.headers["retry-after"]) == (409, "2")


async def test_a_fault_that_the_domain_finds_names_its_field(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused/field")

    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [("#/end_on", "invalid")]


async def test_several_faults_are_told_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused/many")

    found = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert found == [("#/a", "invalid"), ("#/b", "step-not-possible")]


async def test_a_mistake_of_ours_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused/bug", headers={"x-correlation-id": "trace-me"})

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:lantoa:problem:internal"
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"] == "trace-me"
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("DELETE", "/forms", 405, "method-not-allowed"),
    ],
)
async def test_what_the_frame_refuses_has_the_same_form(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:lantoa:problem:{code}")


async def test_a_refused_method_is_told_which_ones_work(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/forms")).headers["allow"] == "POST"
    assert (await client.delete(f"/things/{uuid4()}")).headers["allow"] == "GET, PUT"


@pytest.mark.parametrize("ending", [True, False])
async def test_who_is_cut_off_by_the_end_of_the_process_is_told_to_come_again(app: FastAPI, ending: bool) -> None:
    """The server cancels what is still under way when a stop has waited long enough."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/endless",
        "raw_path": b"/endless",
        "query_string": b"",
        "headers": [],
    }
    answering = asyncio.create_task(app(scope, receive, send))
    await asyncio.sleep(0.05)
    if ending:
        app.state.ending.set()
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)

    assert [message["status"] for message in sent if "status" in message] == ([503] if ending else [])
