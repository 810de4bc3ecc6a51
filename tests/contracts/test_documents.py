"""The generated documents and diagrams in the repository are those of the code."""

from __future__ import annotations

import re

import orjson
import pytest

from services.contracts import FOLDER, ROOT, contracts, diagrams
from services.serving import SERVICES
from shared.events import CATALOGUE

CONTRACTS, DIAGRAMS = contracts(), diagrams()


@pytest.mark.parametrize("path", sorted(CONTRACTS))
def test_a_contract_is_fresh(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == CONTRACTS[path], "chạy «make fix» / run `make fix`"


@pytest.mark.parametrize("path", sorted(DIAGRAMS))
def test_a_service_page_shows_the_states_of_its_code(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == DIAGRAMS[path], "chạy «make fix» / run `make fix`"


def test_the_asyncapi_document_tells_of_every_fact() -> None:
    document = orjson.loads(CONTRACTS[f"{FOLDER}/asyncapi.json"])

    names = {message["name"] for message in document["components"]["messages"].values()}
    assert names == set(CATALOGUE)
    assert document["asyncapi"] == "3.1.0"


@pytest.mark.parametrize("service", SERVICES)
def test_names_in_openapi_are_what_any_language_can_call(service: str) -> None:
    document = orjson.loads(CONTRACTS[f"{FOLDER}/openapi/{service}.json"])
    operations = [operation for item in document["paths"].values() for operation in item.values()]

    ids = [operation["operationId"] for operation in operations]
    tags = {tag for operation in operations for tag in operation["tags"]}
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []
    assert sorted(ids) == sorted(set(ids))
    assert [tag for tag in tags if not re.fullmatch(r"[A-Za-z]+(-[a-z]+)*", tag)] == []
    assert {tag["name"] for tag in document["tags"] if tag["description"]} == tags


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_in_openapi_is_a_problem_and_every_operation_is_described(service: str) -> None:
    document = orjson.loads(CONTRACTS[f"{FOLDER}/openapi/{service}.json"])
    operations = [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in {"get", "put", "post", "patch", "delete"}
    ]

    undescribed = [name for name, operation in operations if not operation.get("summary")]
    wrong = [
        f"{name}: {status}"
        for name, operation in operations
        for status, answer in operation["responses"].items()
        if status.startswith(("4", "5")) and "application/problem+json" not in answer.get("content", {})
    ]
    assert (undescribed, wrong) == ([], [])
