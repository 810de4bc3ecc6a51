"""ETag and If-Match: nobody changes or decides on a version he has not read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from shared.conditional import IfMatch, MaybeIfMatch, check_version, etag, give, not_modified
from shared.errors import PreconditionFailed, PreconditionRequired
from shared.problems import install_problems
from tests.conftest import calling


@dataclass
class Row:
    version: int


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problems(app)

    @app.patch("/row")
    async def change(version: IfMatch, response: Response) -> int:
        row = Row(3)
        check_version(row, version)
        give(response, row)
        return row.version

    @app.put("/row")
    async def put(version: MaybeIfMatch) -> int | None:
        return version

    @app.get("/row", response_model=None)
    async def read(request: Request, response: Response) -> Response | str:
        give(response, Row(3))
        return not_modified(request, etag(3)) or "content"

    async with calling(app) as client:
        yield client


async def test_a_change_of_the_version_that_was_read_is_made_and_tells_the_new_one(client: httpx.AsyncClient) -> None:
    answer = await client.patch("/row", headers={"if-match": '"3"'})

    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')


@pytest.mark.parametrize("sent", ['"2"', '"4"', 'W/"3"', "*", "3", '""', '"3", "4"', '"9999999999999999999"', "x"])
async def test_a_change_of_any_other_version_is_refused(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.patch("/row", headers={"if-match": sent})

    assert (answer.status_code, answer.json()["type"]) == (412, "urn:lantoa:problem:precondition-failed")


async def test_a_change_that_names_no_version_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.patch("/row")

    assert (answer.status_code, answer.json()["type"]) == (428, "urn:lantoa:problem:precondition-required")


async def test_putting_may_name_no_version(client: httpx.AsyncClient) -> None:
    assert (await client.put("/row")).json() is None
    assert (await client.put("/row", headers={"if-match": '"3"'})).json() == 3


def test_an_existing_row_needs_the_version_and_the_right_one() -> None:
    check_version(Row(3), 3)
    with pytest.raises(PreconditionRequired):
        check_version(Row(3), None)
    with pytest.raises(PreconditionFailed):
        check_version(Row(3), 2)


@pytest.mark.parametrize("known", ['"3"', 'W/"3"', '"1", "3"', "*"])
async def test_a_reader_who_has_this_very_version_is_sent_nothing(client: httpx.AsyncClient, known: str) -> None:
    answer = await client.get("/row", headers={"if-none-match": known})

    assert (answer.status_code, answer.headers["etag"], answer.content) == (304, '"3"', b"")


@pytest.mark.parametrize("known", ['"2"', "3", "", '"33"'])
async def test_a_reader_of_another_version_is_sent_this_one(client: httpx.AsyncClient, known: str) -> None:
    answer = await client.get("/row", headers={"if-none-match": known})

    assert (answer.status_code, answer.json(), answer.headers["etag"]) == (200, "content", '"3"')
