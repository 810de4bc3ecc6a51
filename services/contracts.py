"""What is promised outside and kept in the repository: OpenAPI, GraphQL, AsyncAPI, the schemas of facts, diagrams."""

from __future__ import annotations

import importlib
from enum import StrEnum
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from services.serving import SERVICES, create
from shared.asyncapi import document, schema
from shared.auth.tokens import verifier_for
from shared.bus.memory import MemoryBus
from shared.db import connect
from shared.diagram import inserted, mermaid
from shared.events import CATALOGUE
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("docs/contracts")


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def openapi(service: str) -> str:
    """The OpenAPI 3.1 document; made without any connection."""
    settings = Settings(_env_file=None, secret_key="only-for-the-document")  # noqa: S106
    database = connect("postgresql://nowhere/none", application=service)
    parts = Parts(settings, database, MemoryBus(), open_store(settings), verifier_for(settings))
    return _pretty(create(service, parts).openapi())


def graphql_sdl(service: str) -> str | None:
    """The GraphQL schema, or None where the service has no such door."""
    if find_spec(f"services.{service}.graphql") is None:
        return None
    sdl: str = importlib.import_module(f"services.{service}.graphql").schema.as_str()
    return sdl.rstrip() + "\n"


def fact_schemas() -> dict[str, str]:
    """One JSON Schema a fact, by the file that keeps it."""
    return {f"{FOLDER}/facts/{name}.json": _pretty(schema(fact)) for name, fact in CATALOGUE.items()}


def contracts() -> dict[str, str]:
    """Every contract by the file that keeps it, relative to the repository."""
    found = fact_schemas()
    found[f"{FOLDER}/asyncapi.json"] = _pretty(document(version("lantoa")))
    for service in SERVICES:
        found[f"{FOLDER}/openapi/{service}.json"] = openapi(service)
        sdl = graphql_sdl(service)
        if sdl is not None:
            found[f"{FOLDER}/graphql/{service}.graphql"] = sdl
    return found


def tables(service: str) -> list[dict[tuple[StrEnum, StrEnum], StrEnum]]:
    """The workflow tables of a service, in the order in which its module names them."""
    workflow = importlib.import_module(f"services.{service}.workflow")
    return [value for name, value in vars(workflow).items() if name.endswith("TRANSITIONS")]


def diagrams() -> dict[str, str]:
    """The services' pages with their state diagrams drawn anew."""
    pages = {}
    for service in SERVICES:
        path = Path("services") / service / "README.md"
        page = (ROOT / path).read_text("utf-8")
        pages[str(path)] = inserted(page, *(mermaid(table) for table in tables(service)))
    return pages
