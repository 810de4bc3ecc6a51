"""Reading the JSON files beside this module. They name things by slug; what comes out names them by id."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from deploy.sample.shapes import SamplePlan, SampleStory

HERE = Path(__file__).parent
ASSUMED = "giả định cho bản trình diễn"
SINCE = "2025-07-01"  # office holders of the sample begin where today's bodies do
NOT_SENT = {"slug", "sources"}
Entry = dict[str, Any]


def key(kind: str, *parts: str) -> UUID:
    """The same id for the same entry on every machine."""
    return uuid5(NAMESPACE_URL, ":".join(["lantoa", kind, *parts]))


def organisation_id(slug: str) -> UUID:
    """Of a body of the sample."""
    return key("organisation", slug)


def directory(issuer: str) -> Entry:
    """The document that `lantoa directory import` takes; persons are those of this token issuer."""
    return {
        "source": "deploy/sample",
        "organisations": [_sent(entry) for entry in organisations()],
        "offices": list(_offices(issuer)),
        "channels": [{"id": str(key("channel", e["slug"])), **_sent(e, "slug")} for e in _read("channels")],
        "movements": [{"id": str(key("movement", e["slug"])), **_sent(e, "slug")} for e in _read("movements")],
    }


def organisations() -> Iterator[Entry]:
    """Each with its sources, as it stands in the files."""
    for file in sorted((HERE / "directory").glob("*.json")):
        yield from _load(file)["organisations"]


@cache
def plans() -> tuple[SamplePlan, ...]:
    """A plan that names another comes after it."""
    entries = [_load(file) for file in sorted((HERE / "plans").glob("*.json"))]
    entries.sort(key=lambda entry: any("plan" in parent for parent in entry["parents"]))
    return tuple(map(_plan, entries))


def plan(slug: str) -> SamplePlan:
    """Raises KeyError."""
    return {each.slug: each for each in plans()}[slug]


@cache
def stories() -> tuple[SampleStory, ...]:
    """In the order of the files."""
    files = sorted((HERE / "stories").glob("*.json"))
    return tuple(_story(entry) for file in files for entry in _load(file)["stories"])


def subjects() -> list[str]:
    """Everybody who holds an office, by the subject of his token."""
    return [person["subject"] for person in _read("people")]


def story(slug: str) -> SampleStory:
    """Raises KeyError."""
    return {each.slug: each for each in stories()}[slug]


def story_for(organisation_id: UUID) -> SampleStory | None:
    """What this body can present under a plan."""
    fitting = (s for s in stories() if s.organisation_id == organisation_id and not s.outside_plan)
    return next(fitting, None)


def _offices(issuer: str) -> Iterator[Entry]:
    for person in _read("people"):
        for office in person["offices"]:
            yield {
                "issuer": issuer,
                "subject": person["subject"],
                "person_name": person["name"],
                "from_on": SINCE,
                **office,
            }


def _plan(entry: Entry) -> SamplePlan:
    taken = {"document", "officer", "issuer", "parents", "movements", "obligations"} | NOT_SENT
    terms = {
        **{name: value for name, value in entry.items() if name not in taken},
        "issuer_id": _body(entry["issuer"]),
        "parents": [_parent(parent) for parent in entry["parents"]],
        "movement_ids": [str(key("movement", slug)) for slug in entry["movements"]],
        "obligations": [_obligation(entry["slug"], obligation) for obligation in entry["obligations"]],
    }
    document = HERE / "plans" / entry["document"]
    return SamplePlan(
        slug=entry["slug"],
        id=key("plan", entry["slug"]),
        officer=entry["officer"],
        terms=terms,
        document=document,
        sources=tuple(entry["sources"]),
    )


def _parent(parent: Mapping[str, str]) -> Entry:
    return {"plan_id": str(key("plan", parent["plan"]))} if "plan" in parent else dict(parent)


def _obligation(plan_slug: str, entry: Entry) -> Entry:
    bearers = entry.get("bearers", {})
    named = {"bearers", "to", "via", "then_to"}
    return {
        "id": str(key("obligation", plan_slug, entry["label"])),
        **{name: value for name, value in entry.items() if name not in named},
        "bearers": {
            "organisation_ids": [_body(slug) for slug in bearers.get("organisations", [])],
            "edge_type": bearers.get("edge_type"),
            "of_id": _body(bearers["of"]) if "of" in bearers else None,
        },
        "to_ids": [_body(slug) for slug in entry.get("to", [])],
        "via_id": _body(entry["via"]) if "via" in entry else None,
        "then_to_id": _body(entry["then_to"]) if "then_to" in entry else None,
    }


def _story(entry: Entry) -> SampleStory:
    taken = {"unit", "nominator", "movement", "alternative", "consents", "outside_plan"} | NOT_SENT
    draft = {
        **{name: value for name, value in entry.items() if name not in taken},
        "organisation_id": _body(entry["unit"]),
        "movement_id": str(key("movement", entry["movement"])),
    }
    return SampleStory(
        slug=entry["slug"],
        nominator=entry["nominator"],
        organisation_id=organisation_id(entry["unit"]),
        outside_plan=entry.get("outside_plan", False),
        alternative=entry["alternative"],
        draft=draft,
        consents=tuple(entry["consents"]),
    )


def _body(slug: str) -> str:
    return str(organisation_id(slug))


def _sent(entry: Entry, *more: str) -> Entry:
    return {name: value for name, value in entry.items() if name not in {"sources", *more}}


def _read(name: str) -> list[Entry]:
    entries: list[Entry] = _load(HERE / f"{name}.json")[name]
    return entries


def _load(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))
