"""Facts: each has a producer and a hearer (or is public), and its schema only grows."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import orjson
import pytest

from services.contracts import FOLDER, ROOT, fact_schemas
from services.serving import SERVICES
from shared.asyncapi import schema
from shared.bus import Consumer
from shared.events import CATALOGUE, Event

FACTS = sorted(CATALOGUE)


def heard_by(fact: type[Event]) -> set[str]:
    """The services whose consumers hear a fact."""
    consumers: dict[str, Consumer] = {
        service: import_module(f"services.{service}.consumers").consumer
        for service in SERVICES
        if (ROOT / "services" / service / "consumers.py").exists()
    }
    return {service for service, consumer in consumers.items() if fact.type() in consumer.hearings}


def documented_hearers(fact: type[Event]) -> set[str]:
    """The names after `Heard by:` in the docstring."""
    found = re.search(r"Heard by: ([a-z, ]+)", fact.__doc__ or "")
    return {name.strip() for name in found[1].split(",")} if found else set()


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_says_who_hears_it_and_they_do(name: str) -> None:
    fact = CATALOGUE[name]

    documented = documented_hearers(fact)

    assert documented - {"public"} == heard_by(fact)
    assert documented, f"{name} says nothing of who hears it"


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_is_recorded_by_its_own_service(name: str) -> None:
    fact = CATALOGUE[name]
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "services" / fact.service).rglob("*.py"))

    assert re.search(rf"\b{fact.__name__}\b", code), f"nobody in {fact.service} records {fact.__name__}"


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_names_its_own_aggregate_and_carries_its_id(name: str) -> None:
    fact = CATALOGUE[name]

    assert name == f"lantoa.{fact.aggregate}.{fact.past}.v{fact.schema_version}"
    assert schema(fact)["properties"][fact.key]["format"] == "uuid"


PEOPLE = {"nominator_id", "approver_id", "person_id", "person_name"}


@pytest.mark.parametrize("name", [name for name in FACTS if CATALOGUE[name].public])
def test_a_public_fact_leaves_the_house_without_those_who_handled_it(name: str) -> None:
    fact = CATALOGUE[name]

    assert sorted((fact.model_fields.keys() - fact.inside) & PEOPLE) == []


FORBIDDEN = ("email", "phone", "identity", "cccd", "address", "birth", "remark", "vote", "proof")


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_carries_no_contact_no_identity_number_and_no_dossier(name: str) -> None:
    fields = set(re.findall(r'"([a-z_]+)":\{', orjson.dumps(schema(CATALOGUE[name])).decode()))

    assert [field for field in fields if any(word in field for word in FORBIDDEN)] == []


def only_grows(old: dict[str, Any], new: dict[str, Any], where: str = "$") -> list[str]:
    """What the new schema takes away from a reader of the old, or newly asks of him."""
    broken = []
    broken += [
        f"{where}.{key}: {old[key]} -> {new.get(key)}"
        for key in ("type", "format", "const")
        if key in old and old[key] != new.get(key)
    ]
    missing = set(old.get("required", ())) - set(new.get("required", ()))
    broken += [f"{where}: {field} may now be missing" for field in sorted(missing)]
    for part in ("properties", "$defs"):
        for name, shape in old.get(part, {}).items():
            if name not in new.get(part, {}):
                broken.append(f"{where}.{name}: gone")
            else:
                broken += only_grows(shape, new[part][name], f"{where}.{name}")
    return broken


@pytest.mark.parametrize("path", sorted(fact_schemas()))
def test_the_snapshot_of_a_fact_is_fresh_and_only_grew(path: str) -> None:
    kept = (ROOT / path).read_text("utf-8")

    assert only_grows(orjson.loads(kept), orjson.loads(fact_schemas()[path])) == []
    assert fact_schemas()[path] == kept


def test_no_snapshot_is_left_of_a_fact_that_is_gone() -> None:
    kept = {f"{FOLDER}/facts/{path.name}" for path in (ROOT / FOLDER / "facts").glob("*.json")}

    assert kept == set(fact_schemas())


def test_taking_a_field_away_or_changing_its_type_is_noticed() -> None:
    old = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    new = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": []}

    assert only_grows(old, new) == [
        "$: a may now be missing",
        "$.a.type: string -> integer",
        "$.b: gone",
    ]
