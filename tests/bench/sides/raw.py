"""The limit: FastAPI, asyncpg and orjson with one statement written by hand for each question, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

POOL = 8  # as many connections as every side may hold
PAGE = 20
NODE = """
SELECT i.id, e.title, e.summary, i.published_at, i.owner_id, o.slug, n.name, i.movement_id, m.name AS movement
FROM ({picked}) AS i
JOIN editions e ON e.item_id = i.id AND e.state = 'live'
JOIN organisations o ON o.id = i.owner_id
LEFT JOIN LATERAL (
  SELECT name FROM organisation_names
  WHERE organisation_id = o.id AND (from_on IS NULL OR from_on <= current_date)
  ORDER BY from_on DESC NULLS LAST LIMIT 1) n ON true
LEFT JOIN movements m ON m.id = i.movement_id
ORDER BY i.published_at DESC, i.id DESC"""
PICKED = """
SELECT id, published_at, owner_id, movement_id FROM items WHERE state = 'published' {also}
ORDER BY published_at DESC, id DESC LIMIT 21"""
NEWEST = NODE.format(picked=PICKED.format(also=""))
FOUND = NODE.format(picked=PICKED.format(also="AND search_vector @@ to_tsquery('simple', $1)"))
BEHIND = NODE.format(picked=PICKED.format(also="AND movement_id = $1 AND (published_at, id) < ($2, $3)"))
ONE = NODE.format(picked="SELECT id, published_at, owner_id, movement_id FROM items WHERE id = $1")


def _node(row: Any) -> dict[str, Any]:
    owner = {"id": str(row["owner_id"]), "slug": row["slug"], "name": row["name"]}
    movement = {"id": str(row["movement_id"]), "name": row["movement"]} if row["movement_id"] else None
    return {
        "id": str(row["id"]),
        "title": row["title"],
        "summary": row["summary"],
        "publishedAt": row["published_at"],
        "owner": owner,
        "movement": movement,
    }


def _json(content: Any) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


def create(database: str) -> FastAPI:
    """Four paths, each a statement and its rows as JSON."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database, min_size=POOL, max_size=POOL) as app.state.pool:
            yield

    app = FastAPI(lifespan=lifespan)

    async def page(statement: str, *values: Any) -> Response:
        rows = await app.state.pool.fetch(statement, *values)
        return _json({"items": [_node(row) for row in rows[:PAGE]], "more": len(rows) > PAGE})

    @app.post("/list")
    async def newest() -> Response:
        return await page(NEWEST)

    @app.post("/search")
    async def found(request: Request) -> Response:
        return await page(FOUND, orjson.loads(await request.body())["query"])

    @app.post("/deep")
    async def behind(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        moment = datetime.fromisoformat(asked["published_at"])
        return await page(BEHIND, UUID(asked["movement_id"]), moment, UUID(asked["id"]))

    @app.post("/item")
    async def one(request: Request) -> Response:
        row = await app.state.pool.fetchrow(ONE, UUID(orjson.loads(await request.body())["id"]))
        return _json(_node(row))

    return app


if __name__ == "__main__":
    uvicorn.run(create(sys.argv[2]), port=int(sys.argv[1]), log_level="warning", access_log=False)
