"""Whatever is sent to any write of the four services: a problem that names the field, and nothing changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from services.serving import SERVICES
from shared.messages import FIELDS, SENTENCES
from tests.chain.doors import Doors, Operation
from tests.walks.bodies import BODIES
from tests.walks.spoiling import Schema, spoiled, unfilled

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "contracts" / "openapi"
CONTRACTS: dict[str, Schema] = {name: json.loads((DOCUMENTS / f"{name}.json").read_text("utf-8")) for name in SERVICES}
PROBLEM = "application/problem+json"
WRITES = {"PUT", "POST", "PATCH", "DELETE"}


def operations() -> Iterator[tuple[Operation, Schema | None]]:
    """Every write of the four documents, with the schema of its body if it takes one."""
    for service, document in CONTRACTS.items():
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                if method.upper() in WRITES:
                    content = told.get("requestBody", {}).get("content", {})
                    yield (service, method.upper(), path), content.get("application/json", {}).get("schema")


ALL = dict(operations())
TAKING = {operation: schema for operation, schema in ALL.items() if schema}
TAKING_NONE = [operation for operation, schema in ALL.items() if not schema]


def title(operation: Operation) -> str:
    """As pytest names the case."""
    return " ".join(operation)


def fault(answer: httpx.Response, pointer: str | None) -> str | None:
    """What is wrong with the way this was refused; None when all is well."""
    if answer.status_code not in {413, 422} or answer.headers["content-type"] != PROBLEM:
        return f"{answer.status_code} {answer.text[:60]}"
    problem = answer.json()
    code = problem["type"].removeprefix("urn:lantoa:problem:")
    if code not in SENTENCES or problem["title"] != SENTENCES[code]["vi"].title:
        return f"no sentence of ours: {problem}"
    pointers = [error["pointer"] for error in problem["errors"]]
    if answer.status_code == 422 and pointer not in pointers:
        return f"points to {pointers}"
    codes = {error["code"] for error in problem["errors"]}
    strange = codes - {name.replace("_", "-") for name in FIELDS} - SENTENCES.keys()
    return f"not in our words: {strange}" if strange else None


def test_every_write_that_takes_a_body_has_a_whole_one_here() -> None:
    missing = {
        title(operation): list(unfilled(CONTRACTS[operation[0]], schema, BODIES.get(operation, {})))
        for operation, schema in TAKING.items()
    }

    assert BODIES.keys() == TAKING.keys()
    assert {operation: fields for operation, fields in missing.items() if fields} == {}


@pytest.mark.parametrize("operation", TAKING, ids=title)
async def test_a_whole_body_is_understood(doors: Doors, operation: Operation) -> None:
    answer = await doors.send(operation, BODIES[operation])

    assert answer.json().get("type") != "urn:lantoa:problem:invalid", answer.text


@pytest.mark.parametrize("operation", TAKING, ids=title)
async def test_each_spoiled_field_is_named_and_nothing_changes(doors: Doors, operation: Operation) -> None:
    service = operation[0]
    before = await doors.kept(service)

    wrong = {}
    for what, pointer, body in spoiled(CONTRACTS[service], TAKING[operation], BODIES[operation]):
        found = fault(await doors.send(operation, body), pointer)
        if found:
            wrong[what] = found

    assert wrong == {}
    assert await doors.kept(service) == before


# what is no JSON object, what no reader takes, what is too much for one; and how it is refused
UNREADABLE: dict[str, tuple[bytes, int]] = {
    "broken": (b'{"a":', 422),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "a form": (b"a=b", 422),
    "no UTF-8": (b'{"a": "\xff"}', 400),
    "deep": (b"[" * 100_000, 400),
    "a number of 5000 digits": (b'{"a": ' + b"9" * 5000 + b"}", 400),
    "two megabytes": (b'{"a": "' + b"a" * 2_000_000 + b'"}', 413),
}


@pytest.mark.parametrize("operation", TAKING, ids=title)
async def test_what_is_no_object_is_refused_and_nothing_changes(doors: Doors, operation: Operation) -> None:
    before = await doors.kept(operation[0])

    answers = {what: await doors.send(operation, None, raw=raw) for what, (raw, _) in UNREADABLE.items()}

    told = {what: (answer.status_code, answer.headers["content-type"]) for what, answer in answers.items()}
    assert told == {what: (status, PROBLEM) for what, (_, status) in UNREADABLE.items()}
    assert await doors.kept(operation[0]) == before


@pytest.mark.parametrize("operation", TAKING_NONE, ids=title)
async def test_a_body_where_none_is_taken_is_refused(doors: Doors, operation: Operation) -> None:
    before = await doors.kept(operation[0])

    answer = await doors.send(operation, {"reason": "Không ai đọc dòng này."})

    assert (fault(answer, "#"), answer.json()["errors"][0]["code"]) == (None, "body-not-taken")
    assert await doors.kept(operation[0]) == before


@pytest.mark.parametrize("operation", [operation for operation in ALL if "{" in operation[2]], ids=title)
@pytest.mark.parametrize("wrong", ["khong-phai-ma", "%00", "..%2f..", "0" * 5000, "\ud7ff"], ids=ascii)
async def test_an_id_that_is_none_is_refused(doors: Doors, operation: Operation, wrong: str) -> None:
    service, method, path = operation
    filled = re.sub(r"\{[a-z_]+\}", quote(wrong, safe="%"), path)

    answer = await doors.send((service, method, filled), BODIES.get(operation, {}))

    assert answer.status_code in {404, 422}, answer.text
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("operation", ALL, ids=title)
async def test_who_is_not_signed_in_is_refused(doors: Doors, operation: Operation) -> None:
    body = BODIES.get(operation, {})
    strange = ["Bearer x", "", "Basic eDp5"]
    before = await doors.kept(operation[0])

    answers = [await doors.send(operation, body, raw=None, authorization=header) for header in strange]

    assert [(answer.status_code, answer.headers["content-type"]) for answer in answers] == [(401, PROBLEM)] * 3
    assert await doors.kept(operation[0]) == before
