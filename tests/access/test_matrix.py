"""Every action of every door, as everybody: what the table says, and nothing changed where it says no."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from graphql import build_schema

from services.contracts import graphql_sdl
from services.serving import SERVICES
from tests.access.cases import CASES
from tests.access.cells import cells
from tests.access.conftest import World
from tests.access.table import TABLE

pytestmark = pytest.mark.xdist_group("access")
# documents for everybody; the graph has rows of its own, and who signs in is nobody yet
FRAME = re.compile(r"/docs(/.*)?|/openapi.json|/graphql|/sign-in(/callback)?|/sign-out")


def test_every_row_is_asked_once() -> None:
    names = [row.name for row in TABLE]

    assert sorted(names) == sorted(set(names))
    assert set(names) == CASES.keys()


@pytest.mark.parametrize("service", SERVICES)
async def test_no_door_is_forgotten(world: World, service: str) -> None:
    async with cells(world, service) as (app, _):
        offered = _operations(app) | _questions(service)

    assert offered == {row.action for row in TABLE if row.service == service}


def _operations(app: FastAPI) -> set[str]:
    """What the OpenAPI document, the GraphQL schema and the routes outside of both offer."""
    found = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods}
    for route in _routes(app.routes):
        if isinstance(route, APIRoute) and not FRAME.fullmatch(route.path):
            found |= {f"{method} {_plain(route.path)}" for method in (route.methods or set()) - {"HEAD"}}
    return found


def _routes(given: Iterable[Any]) -> Iterator[Any]:
    """All routes, those of included routers too."""
    for route in given:
        inner = getattr(route, "original_router", None)
        yield from _routes(inner.routes) if inner is not None else [route]


def _questions(service: str) -> set[str]:
    sdl = graphql_sdl(service)
    if sdl is None:
        return set()
    schema = build_schema(sdl)
    types = filter(None, [schema.query_type, schema.mutation_type, schema.subscription_type])
    return {f"GRAPHQL {name}" for found in types for name in found.fields}


def _plain(path: str) -> str:
    return re.sub(r"style\.[0-9a-f]+\.css", "style.css", path)


@pytest.mark.parametrize("service", SERVICES)
async def test_everybody_may_what_the_table_says_and_nothing_else(world: World, service: str) -> None:
    faults: list[str] = []

    async with cells(world, service) as (_, asked):
        for row in TABLE:
            if row.service == service:
                faults += await asked.wrong(row, CASES[row.name])

    assert faults == []
