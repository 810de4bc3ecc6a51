"""The sides that answer a portal: ours, and what might stand in its place."""

from __future__ import annotations

from typing import Any

from services.publicity.queries import search_query
from shared.paging import encode
from shared.settings import Settings
from tests.bench.ground import Ground
from tests.bench.questions import Asked, Place, Question, Samples
from tests.bench.sides.side import Side, python_process, versions

OURSELVES = "Lan Tỏa"
NODE = "id title summary publishedAt owner { id slug name } movement { id name }"
PAGE = f"{{ edges {{ node {{ {NODE} }} }} pageInfo {{ hasNextPage endCursor }} }}"
OURS = {
    Question.LIST: f"query Newest {{ items(first: 20) {PAGE} }}",
    Question.ITEM: f"query One($id: UUID!) {{ item(id: $id) {{ {NODE} }} }}",
    Question.SEARCH: f"query Found($words: String) {{ items(first: 20, search: $words) {PAGE} }}",
    Question.DEEP: (
        "query Behind($movement: UUID, $after: String) "
        f"{{ items(first: 20, after: $after, filter: {{movementId: $movement}}) {PAGE} }}"
    ),
}
STOCK_PAGE = f"{{ items {{ {NODE} }} more }}"
STOCK = {
    Question.LIST: f"query Newest {{ items(first: 20) {STOCK_PAGE} }}",
    Question.ITEM: f"query One($id: UUID!) {{ item(id: $id) {{ {NODE} }} }}",
    Question.SEARCH: f"query Found($words: String) {{ items(first: 20, search: $words) {STOCK_PAGE} }}",
    Question.DEEP: (
        "query Behind($movement: UUID, $published: DateTime, $id: UUID) "
        f"{{ items(first: 20, movementId: $movement, publishedBefore: $published, idBefore: $id) {STOCK_PAGE} }}"
    ),
}
PYTHON = ("fastapi", "uvicorn", "uvloop", "asyncpg", "orjson")


def environment(settings: Settings) -> dict[str, str]:
    """What a process of the product is told."""
    told = {
        "HOME": str(settings.home),
        "DATABASE_URL": settings.database_url or "",
        "FILES_URL": settings.files_url or "",
        "SECRET_KEY": settings.secret_key or "",
        "INTROSPECTION": str(settings.introspection),
    }
    return {f"LANTOA_{name}": value for name, value in told.items()}


def product(ground: Ground, name: str = OURSELVES, **also: str) -> Side:
    """Ours."""
    server = python_process(
        name, "tests.bench.sides.product", ground.settings.home, "publicity", **environment(ground.settings), **also
    )

    async def asked(question: Question, samples: Samples) -> Asked:
        def behind(place: Place) -> dict[str, Any]:
            return {"movement": str(place.movement_id), "after": encode([place.published_at, place.id])}

        return graph("/publicity/graphql", OURS[question], varied(question, samples, behind=behind))

    return Side(name, server, asked, versions("lantoa", "strawberry-graphql", "sqlalchemy", *PYTHON))


def raw(ground: Ground) -> Side:
    """The limit."""
    server = python_process("raw", "tests.bench.sides.raw", ground.settings.home, ground.database("publicity"))
    paths = {Question.LIST: "/list", Question.ITEM: "/item", Question.SEARCH: "/search", Question.DEEP: "/deep"}

    async def asked(question: Question, samples: Samples) -> Asked:
        def behind(place: Place) -> dict[str, Any]:
            return {"movement_id": place.movement_id, "published_at": place.published_at, "id": place.id}

        names = varied(question, samples, behind=behind, ready=True)
        return Asked.of(
            paths[question], [{"query": one.pop("words"), **one} if "words" in one else one for one in names]
        )

    return Side("raw asyncpg", server, asked, versions(*PYTHON))


def stock(ground: Ground, way: str) -> Side:
    """Strawberry as its documentation shows it, or `joined`, as fast as it can be made without leaving it."""
    name, arguments = f"Strawberry {way}", (ground.database("publicity"), way)
    server = python_process(name, "tests.bench.sides.stock", ground.settings.home, *arguments)

    async def asked(question: Question, samples: Samples) -> Asked | None:
        if way == "plain" and question is not Question.LIST:
            return None  # what its caches spare it is seen once

        def behind(place: Place) -> dict[str, Any]:
            return {"movement": place.movement_id, "published": place.published_at, "id": place.id}

        return graph("/graphql", STOCK[question], varied(question, samples, behind=behind, ready=True))

    return Side(name, server, asked, versions("strawberry-graphql", "sqlalchemy", *PYTHON))


def graph(path: str, document: str, variables: list[dict[str, Any]]) -> Asked:
    """One document, its variables in turn."""
    return Asked.of(path, [{"query": document, **({"variables": given} if given else {})} for given in variables])


def varied(question: Question, samples: Samples, *, behind: Any, ready: bool = False) -> list[dict[str, Any]]:
    """The values asked with; `ready`: words as a tsquery, for those who do not make one themselves."""
    if question is Question.LIST:
        return [{}]
    if question is Question.ITEM:
        return [{"id": str(id)} for id in samples.ids]
    if question is Question.SEARCH:
        return [{"words": search_query(words) if ready else words} for words in samples.words]
    return [behind(place) for place in samples.places]
