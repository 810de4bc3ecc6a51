"""Problems: every error leaves in one form, in the reader's language, naming the field at fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, text

from shared.auth.tokens import Verifier
from shared.db import Database, Session, connect
from shared.directory.tables import Organisation
from shared.docs import install_docs
from shared.errors import Invalid, NotFound, NotKnownYet, NotSignedIn, StepNotPossible
from shared.problems import responses
from shared.settings import Settings
from shared.text import Line
from tests.conftest import calling
from tests.shared.apps import framed

OTHERS_END = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()"""
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


@router.post("/forms", responses=responses(NotFound, StepNotPossible, NotKnownYet))
async def take_form(form: Form, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> None:
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


@router.get("/slow")
async def slow(session: Session) -> None:
    await session.execute(text("SET LOCAL statement_timeout = '50ms'"))
    await session.execute(text("SELECT pg_sleep(5)"))


@router.get("/endless")
async def endless() -> None:
    await asyncio.sleep(60)


@router.get("/locked")
async def locked(session: Session) -> None:
    await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
    await session.execute(text("SELECT pg_advisory_xact_lock(77)"))


@router.post("/twice")
async def twice(session: Session) -> None:
    for _ in range(2):
        await session.execute(
            insert(Organisation).values(id=UUID("0198c0de-0000-7000-8000-000000000001"), slug="a", version=1)
        )


@router.get("/read")
async def read(session: Session) -> int:
    return await session.scalar(text("SELECT 1")) or 0


@router.get("/cut")
async def cut(session: Session) -> int:
    return await session.scalar(text("SELECT count(*) FROM (SELECT pg_terminate_backend(pg_backend_pid())) t")) or 0


@pytest.fixture
def app(committed: Database, settings: Settings, verifier: Verifier) -> FastAPI:
    return framed(router, committed, settings, verifier)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        yield client


async def faults(client: httpx.AsyncClient, body: Any, query: str = "", lang: str = "en") -> list[tuple[str, ...]]:
    answer = await client.post(f"/forms{query}", json=body, headers={"accept-language": lang})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:lantoa:problem:invalid"
    return [(fault["pointer"], fault["code"], fault["detail"]) for fault in answer.json()["errors"]]


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


async def test_what_another_was_quicker_to_do_is_a_conflict(client: httpx.AsyncClient) -> None:
    answer = await client.post("/twice")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lantoa:problem:conflict")


@pytest.mark.parametrize("path", ["/slow", "/locked"])
async def test_what_the_database_could_not_do_in_time_may_be_tried_again(
    client: httpx.AsyncClient, committed: Database, path: str
) -> None:
    async with committed.transaction() as holder:
        await holder.execute(text("SELECT pg_advisory_xact_lock(77)"))

        answer = await client.get(path)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["type"] == "urn:lantoa:problem:unavailable"


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


async def test_an_idle_connection_that_was_cut_is_replaced(client: httpx.AsyncClient, committed: Database) -> None:
    assert (await client.get("/read")).status_code == 200
    async with committed.transaction() as other:
        await other.execute(text(OTHERS_END))

    again = await client.get("/read")

    assert (again.status_code, again.json()) == (200, 1)


async def test_a_connection_that_is_cut_in_the_middle_is_the_databases_absence(client: httpx.AsyncClient) -> None:
    cut = await client.get("/cut")

    assert (cut.status_code, cut.json()["type"]) == (503, "urn:lantoa:problem:unavailable")
    assert (await client.get("/read")).status_code == 200


async def test_a_database_that_is_not_there_is_told_within_two_seconds(settings: Settings, verifier: Verifier) -> None:
    away = connect("postgresql://postgres@127.0.0.1:9/none", application="test")
    async with calling(framed(router, away, settings, verifier)) as client, asyncio.timeout(2):
        answer = await client.get("/read", headers={"accept-language": "en"})

    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("the database is not answering")


async def test_the_openapi_document_describes_problems_everywhere(app: FastAPI) -> None:
    install_docs(app)

    document = app.openapi()

    answers = document["paths"]["/forms"]["post"]["responses"]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert sorted(answers) == ["200", "400", "404", "409", "413", "422", "default"]
    assert [answers[code]["content"] for code in ("404", "409", "422", "default")] == [content] * 4
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert sorted(document["components"]["schemas"]["Problem"]["properties"]) == [
        "correlation_id",
        "detail",
        "errors",
        "instance",
        "status",
        "title",
        "type",
    ]


async def test_documentation_comes_from_here_alone(app: FastAPI, client: httpx.AsyncClient) -> None:
    install_docs(app)

    page = await client.get("/docs")

    assert page.status_code == 200
    assert "http" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    for asset in ("docs/assets/swagger-ui-bundle.js", "docs/assets/swagger-ui.css", "docs/start.js", "openapi.json"):
        assert (await client.get(f"/{asset}")).status_code == 200
