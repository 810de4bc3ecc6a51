"""PostGraphile 5 over views of the same tables, in a Node of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import httpx

from deploy.native.process import Server
from deploy.native.servers import free_ports
from services.publicity.queries import search_query
from tests.bench.ground import Ground
from tests.bench.questions import Asked, Place, Question, Samples
from tests.bench.sides.side import ROOT, Side, takes_connections

OURS = Path(__file__).resolve().parents[1] / "peers"
INSTALLED = ROOT / ".bench" / "peers"
NODE = "id: rowId title summary publishedAt owner { id: rowId slug name } movement { id: rowId name }"
PAGE = f"{{ edges {{ node {{ {NODE} }} }} pageInfo {{ hasNextPage endCursor }} }}"
ORDER = "orderBy: [PUBLISHED_AT_DESC, ROW_ID_DESC]"
DOCUMENTS = {
    Question.LIST: f"query Newest {{ allItems(first: 20, {ORDER}) {PAGE} }}",
    Question.ITEM: f"query One($id: UUID!) {{ itemByRowId(rowId: $id) {{ {NODE} }} }}",
    Question.SEARCH: f"query Found($words: String!) {{ searchItems(first: 20, words: $words) {PAGE} }}",
    Question.DEEP: (
        "query Behind($movement: UUID!, $after: Cursor) "
        f"{{ allItems(first: 20, after: $after, condition: {{movementId: $movement}}, {ORDER}) {PAGE} }}"
    ),
}
# a cursor holds the order it belongs to, and is had by asking for the row before
CURSOR = (
    "query Cursor($movement: UUID!, $before: Int!) "
    f"{{ allItems(first: 1, offset: $before, condition: {{movementId: $movement}}, {ORDER}) "
    "{ pageInfo { endCursor } } }"
)


def node() -> str | None:
    """A Node of version 22 or later: the one that npm brought."""
    found = [*INSTALLED.glob("node_modules/node-*/bin/node")]
    return str(found[0]) if found and (INSTALLED / ".installed").exists() else None


async def postgraphile(ground: Ground) -> Side | None:
    """None where npm's packages are not there (`tests/bench/peers/prepare.sh`)."""
    program = node()
    if program is None:
        return None
    async with ground.connected("publicity") as connection:
        await connection.execute((OURS / "portal.sql").read_text())
        await connection.execute("ANALYZE")
    script = await asyncio.to_thread(shutil.copy, OURS / "postgraphile.mjs", INSTALLED)
    (port,) = free_ports(1)
    server = Server(
        name="PostGraphile",
        url=f"http://127.0.0.1:{port}",
        command=[program, str(script), str(port), ground.database("publicity")],
        log=ground.settings.home / "postgraphile.log",
        is_ready=lambda _: takes_connections(port),
        environment={"NODE_ENV": "production", "GRAPHILE_ENV": "production"},
    )

    async def asked(question: Question, samples: Samples) -> Asked:
        document = DOCUMENTS[question]
        given = await _variables(server.url, question, samples)
        return Asked.of("/graphql", [{"query": document, "variables": each} for each in given])

    return Side("PostGraphile", server, asked, _versions())


async def _variables(url: str, question: Question, samples: Samples) -> list[dict[str, Any]]:
    if question is Question.ITEM:
        return [{"id": str(id)} for id in samples.ids]
    if question is Question.SEARCH:
        return [{"words": search_query(words)} for words in samples.words]
    if question is Question.DEEP:
        async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
            return [{"movement": str(p.movement_id), "after": await _cursor(http, p)} for p in samples.places]
    return [{}]


async def _cursor(http: httpx.AsyncClient, place: Place) -> str:
    variables = {"movement": str(place.movement_id), "before": place.behind - 1}
    answer = await http.post("/graphql", json={"query": CURSOR, "variables": variables})
    cursor: str = answer.raise_for_status().json()["data"]["allItems"]["pageInfo"]["endCursor"]
    return cursor


def _versions() -> dict[str, str]:
    modules = INSTALLED / "node_modules"
    named = {"postgraphile": "postgraphile", "grafast": "grafast", "pg": "pg"}
    named |= {"node": next(modules.glob("node-*")).name}
    return {
        name: json.loads((modules / folder / "package.json").read_text())["version"] for name, folder in named.items()
    }
