"""The limit of posting: FastAPI and asyncpg write the same rows and answer the same JSON, and judge nothing.

No token, no office, no validation; an Idempotency-Key is stored and never looked up. `steps`: one transaction with a
statement for each table. `whole`: everything in one statement.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

from tests.bench.sides.raw_submitting import submitted

POOL = 8


def _names(line: str) -> list[str]:
    return line.split()


NOMINATION = [
    "id",
    "version",
    "state",
    "organisation_id",
    "nominator_id",
    "author_ids",
    "created_at",
    "exemplar_id",
    "story_version",
    "subject_type",
    "subject_name",
    "subject_is_child",
    "household_adults",
    "kind",
    "title",
    "summary",
    "body",
    "results",
    "pictures",
    "evidence",
]
AUDIT = [
    "at",
    "actor_id",
    "actor_kind",
    "action",
    "subject_type",
    "subject_id",
    "organisation_id",
    "fields",
    "correlation_id",
]
ANSWER = _names("person_id method path key fingerprint status headers body at")
LISTS = ("stations", "remarks", "consents", "consented_kinds", "holds", "recused_ids")
UNSAID = _names("submitted_at plan_id obligation_id period_key subject_person_id field movement_id credit")
MISSING = [{"role": "self", "person_name": None}]


def insert(table: str, columns: list[str], first: int = 1) -> str:
    """With numbered parameters."""
    places = ", ".join(f"${number}" for number in range(first, first + len(columns)))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"


STEPS = (insert("nominations", NOMINATION), insert("audit", AUDIT), insert("stored_answers", ANSWER))
WHOLE = f"WITH nominated AS ({STEPS[0]}), noted AS ({insert('audit', AUDIT, 1 + len(NOMINATION))}) " + insert(
    "stored_answers", ANSWER, 1 + len(NOMINATION) + len(AUDIT)
)


def drafted(sent: dict[str, Any], person: UUID) -> dict[str, Any]:
    """The columns of a nomination with this content."""
    return {
        **{"subject_is_child": "none", "household_adults": [], "kind": "exemplar", "body": None, "results": []},
        **sent,
        "pictures": [],
        "evidence": [],
        "id": uuid4(),
        "version": 1,
        "state": "draft",
        "organisation_id": UUID(sent["organisation_id"]),
        "nominator_id": person,
        "author_ids": [str(person)],
        "created_at": datetime.now(UTC),
        "exemplar_id": uuid4(),
        "story_version": 0,
    }


def shown(row: dict[str, Any]) -> bytes:
    """What the product answers."""
    said = {name: value for name, value in row.items() if name not in {"author_ids", "exemplar_id"}}
    empty: dict[str, Any] = {**dict.fromkeys(UNSAID), **{name: [] for name in LISTS}}
    return orjson.dumps({**said, **empty, "label": "dự thảo", "missing_consents": MISSING})


def rows(sent: dict[str, Any], person: UUID, key: str) -> tuple[bytes, tuple[list[Any], list[Any], list[Any]]]:
    """The answer, and the values of the three rows."""
    row = drafted(sent, person)
    body, at = shown(row), row["created_at"]
    stored = {name: orjson.dumps(value).decode() if isinstance(value, list) else value for name, value in row.items()}
    fields = orjson.dumps(sorted(sent)).decode()
    noted = [at, person, "person", "draft", "nomination", row["id"], row["organisation_id"], fields, str(uuid4())]
    headers = orjson.dumps({"etag": '"1"', "location": f"/v1/nominations/{row['id']}"}).decode()
    answered = [person, "POST", "/v1/nominations", key, bytes(32), 201, headers, body, at]
    return body, ([stored[name] for name in NOMINATION], noted, answered)


def create(database: str, person: UUID, above: UUID, *, whole: bool) -> FastAPI:
    """Drafting, and presenting to the body above."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database, min_size=POOL, max_size=POOL) as app.state.pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/nominations")
    async def post(request: Request) -> Response:
        sent = orjson.loads(await request.body())
        body, values = rows(sent, person, request.headers["idempotency-key"].strip('"'))
        async with app.state.pool.acquire() as connection:
            if whole:
                await connection.execute(WHOLE, *values[0], *values[1], *values[2])
            else:
                async with connection.transaction():
                    for statement, given in zip(STEPS, values, strict=True):
                        await connection.execute(statement, *given)
        return Response(body, 201, media_type="application/json")

    @app.post("/v1/nominations/{id}/submission")
    async def submit(request: Request, id: UUID) -> Response:
        key = request.headers["idempotency-key"].strip('"')
        async with app.state.pool.acquire() as connection:
            body = await submitted(connection, id, above, note=STEPS[1], answer=STEPS[2], person=person, key=key)
        return Response(body, media_type="application/json")

    return app


if __name__ == "__main__":
    application = create(sys.argv[2], UUID(sys.argv[3]), UUID(sys.argv[4]), whole=sys.argv[5] == "whole")
    uvicorn.run(application, port=int(sys.argv[1]), log_level="warning", access_log=False)
