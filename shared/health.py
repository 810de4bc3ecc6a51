"""`/healthz`, `/readyz` and `/metrics` for whatever runs in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import orjson
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.db import Database
from shared.road.inbox import Receiver
from shared.transient import is_transient
from shared.web import Parts

LIMIT_S = 1.5


def health_routes(apps: Mapping[str, FastAPI]) -> list[Route]:
    """The three un-prefixed routes."""

    async def ready(_: Request) -> Response:
        found = await asyncio.gather(*(_judge(app.state.parts, app.state.receiver) for app in apps.values()))
        report = dict(zip(apps, found, strict=True))
        fine = all(part["ready"] for part in report.values())
        return _json({"ready": fine, "services": report}, 200 if fine else 503)

    return [Route("/healthz", _alive), Route("/readyz", ready), Route("/metrics", _metrics)]


async def _alive(_: Request) -> Response:
    """Never touches what we depend on: a database that is away is no reason to be killed."""
    return _json({"alive": True}, 200)


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _judge(parts: Parts, receiver: Receiver) -> dict[str, Any]:
    database, bus, files = await asyncio.gather(
        _within(_answers(parts.database)), _within(parts.bus.healthy()), _within(parts.store.healthy())
    )
    report: dict[str, Any] = {"database": database, "bus": bus, "files": files}
    report["ready"] = all(report.values())
    if database:
        report["directory"] = {"lag_s": receiver.lag_s.get("plans"), **await _waiting(parts.database)}
    return report


async def _within(asking: Awaitable[bool]) -> bool:
    try:
        return await asyncio.wait_for(asking, LIMIT_S)
    except TimeoutError:
        return False


async def _answers(database: Database) -> bool:
    try:
        async with database.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:
        if not is_transient(error):
            raise
        return False
    return True


# A revoked office stops counting here when its fact arrives: how late the last one was, and what waits.
WAITING = text("""
SELECT (SELECT count(*) FROM parked WHERE producer = 'plans') AS parked_facts,
       (SELECT coalesce(extract(epoch FROM now() - min(time)), 0)::float8 FROM outbox WHERE sent_at IS NULL) AS unsent_s
""")


async def _waiting(database: Database) -> dict[str, Any]:
    async with database.engine.connect() as connection:
        return dict((await connection.execute(WAITING)).mappings().one())


def _json(body: Mapping[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
