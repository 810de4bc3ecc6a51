"""What is wrong with a body, a query or a path is told field by field, in words for people."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from shared.text import Line

router = APIRouter()


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Person(Strict):
    kind: Literal["person"]
    name: Annotated[Line, Field(max_length=5)]


class Group(Strict):
    kind: Literal["group"]
    members: int


class Form(Strict):
    summary: Line
    on: date | None = None
    colour: Colour | None = None
    subjects: list[Annotated[Person | Group, Field(discriminator="kind")]] = Field(default=[], max_length=2)


@router.post("/forms")
async def take_form(form: Form, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> None:
    pass


@router.get("/things/{id}")
async def thing(id: UUID) -> None:
    pass


async def faults(client: httpx.AsyncClient, body: Any, query: str = "", lang: str = "en") -> list[tuple[str, ...]]:
    answer = await client.post(f"/forms{query}", json=body, headers={"accept-language": lang})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:lantoa:problem:invalid"
    return [(fault["pointer"], fault["code"], fault["detail"]) for fault in answer.json()["errors"]]


async def test_a_missing_field_and_an_unknown_one_are_named(client: httpx.AsyncClient) -> None:
    assert await faults(client, {"sumary": "x"}) == [
        ("#/summary", "missing", "is required"),
        ("#/sumary", "extra-forbidden", "there is no such field; remove it or check its spelling"),
    ]


async def test_limits_stand_in_the_sentence(client: httpx.AsyncClient) -> None:
    assert await faults(client, {"summary": "a" * 1001}) == [
        ("#/summary", "string-too-long", "is longer than 1000 characters")
    ]
    assert await faults(client, {"summary": "a"}, "?limit=101") == [
        ("#/query/limit", "less-than-equal", "must be at most 100")
    ]


async def test_impossible_dates_wrong_words_and_nul_are_told_plainly(client: httpx.AsyncClient) -> None:
    assert await faults(client, {"summary": "a\x00", "on": "2026-02-30", "colour": "green"}) == [
        (
            "#/summary",
            "control-characters",
            "must not hold control characters or marks that change the direction of writing",
        ),
        ("#/on", "date-from-datetime-parsing", "must be a real date, YYYY-MM-DD"),
        ("#/colour", "enum", "must be one of: 'red' or 'blue'"),
    ]


async def test_a_fault_inside_one_of_several_kinds_points_at_the_body_as_it_was_sent(
    client: httpx.AsyncClient,
) -> None:
    subjects = [{"kind": "group"}, {"kind": "person", "name": "quá dài rồi"}]

    found = await faults(client, {"summary": "a", "subjects": subjects})

    assert [pointer for pointer, _, _ in found] == ["#/subjects/0/members", "#/subjects/1/name"]


async def test_an_unknown_kind_is_told_which_there_are(client: httpx.AsyncClient) -> None:
    assert await faults(client, {"summary": "a", "subjects": [{"kind": "ghost"}]}) == [
        ("#/subjects/0", "union-tag-invalid", "'kind' must be one of: 'person', 'group'")
    ]


async def test_faults_are_told_in_vietnamese(client: httpx.AsyncClient) -> None:
    assert await faults(client, {}, lang="vi") == [("#/summary", "missing", "bắt buộc phải có")]


async def test_a_path_that_is_no_id_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/42", headers={"accept-language": "en"})

    told = answer.json()["errors"]
    assert told == [{"pointer": "#/path/id", "code": "uuid-parsing", "detail": "must be a UUID"}]


async def test_a_body_that_is_not_json_is_told_so(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    broken = await client.post("/forms", content=b'{"summary": ', headers=headers)

    assert broken.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in broken.json()["errors"]] == [("#", "json-invalid")]


@pytest.mark.parametrize("content", [b"\xff\xfe", b'{"summary": "\\ud800"}', b"[" * 100_000, b"nul"])
async def test_garbage_is_refused_and_never_an_error_of_ours(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post("/forms", content=content, headers={"content-type": "application/json"})

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_form_where_json_belongs_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/forms", data={"summary": "a"})

    assert answer.status_code in {415, 422}
    assert answer.headers["content-type"] == "application/problem+json"
