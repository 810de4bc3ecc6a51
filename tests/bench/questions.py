"""What is asked of every side, about the same rows, and what each must have answered before it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from tests.bench.ground import Ground

PAGE = 20
VARIED = 48  # so many different requests are sent in turn where a question has variables


class Question(StrEnum):
    """The reads of a portal."""

    LIST = "list of 20"
    ITEM = "item by id"
    SEARCH = "search"
    DEEP = "deep filtered page"


@dataclass(frozen=True, slots=True)
class Place:
    """Far down the list of one movement: `behind` rows of it come before."""

    movement_id: UUID
    behind: int
    published_at: datetime
    id: UUID


@dataclass(frozen=True)
class Samples:
    """The values that requests vary over."""

    ids: list[UUID]
    words: list[str]
    places: list[Place]


@dataclass(frozen=True)
class Asked:
    """One question as one side takes it: POSTs of JSON to a path, one after another."""

    path: str
    bodies: list[bytes]

    @classmethod
    def of(cls, path: str, asked: list[Any]) -> Asked:
        """Bodies as JSON."""
        return cls(path, [orjson.dumps(each, default=str) for each in asked])


async def samples(ground: Ground) -> Samples:
    """Spread over the whole table, the same in every run."""
    published = "FROM items WHERE state = 'published'"
    async with ground.connected("publicity") as connection:
        ids = await connection.fetch(f"SELECT id {published} ORDER BY md5(id::text) LIMIT {VARIED}")
        words = await connection.fetch(
            f"SELECT DISTINCT split_part(title, ' ở ', 2) AS word FROM editions ORDER BY 1 LIMIT {VARIED}"
        )
        places = await connection.fetch(
            f"""SELECT * FROM (
              SELECT movement_id, published_at, id,
                     row_number() OVER (PARTITION BY movement_id ORDER BY published_at DESC, id DESC) AS behind,
                     count(*) OVER (PARTITION BY movement_id) AS all_of_it
              {published} AND movement_id IS NOT NULL) AS ranked
            WHERE behind = all_of_it * 3 / 4 ORDER BY movement_id LIMIT {VARIED}"""
        )
    return Samples(
        [row["id"] for row in ids],
        [row["word"] for row in words],
        [Place(row["movement_id"], row["behind"], row["published_at"], row["id"]) for row in places],
    )


def nodes(answer: Any) -> list[dict[str, Any]]:
    """The items in an answer of any side, in one shape. Raises ValueError for an answer with errors."""
    if not isinstance(answer, dict) or "errors" in answer:
        raise ValueError(orjson.dumps(answer)[:600].decode())
    found = next(iter(answer["data"].values())) if "data" in answer else answer
    if "edges" in found:
        found = [edge["node"] for edge in found["edges"]]
    elif "items" in found:
        found = found["items"]
    else:
        found = [found]
    return [_alike(node) for node in found]


def _alike(node: dict[str, Any]) -> dict[str, Any]:
    asked = {name: node[name] for name in ("id", "title", "summary", "owner", "movement")}
    return {**asked, "publishedAt": datetime.fromisoformat(node["publishedAt"])}
