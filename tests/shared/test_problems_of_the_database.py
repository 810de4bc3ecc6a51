"""What the database refuses, or cannot do just now, is told as a problem like any other."""

from __future__ import annotations

import asyncio
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter
from sqlalchemy import insert, text

from shared.auth.tokens import Verifier
from shared.db import Database, Session, connect
from shared.directory.tables import Organisation
from shared.settings import Settings
from tests.conftest import calling
from tests.shared.apps import framed

OTHERS_END = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()"""
router = APIRouter()


@router.get("/slow")
async def slow(session: Session) -> None:
    await session.execute(text("SET LOCAL statement_timeout = '50ms'"))
    await session.execute(text("SELECT pg_sleep(5)"))


@router.get("/locked")
async def locked(session: Session) -> None:
    await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
    await session.execute(text("SELECT pg_advisory_xact_lock(77)"))


@router.post("/twice")
async def twice(session: Session) -> None:
    for _ in range(2):
        await session.execute(
            insert(Organisation).values(id=UUID("0198c0de-0000-7000-8000-000000000001"), slug="a", version=1)
        )


@router.get("/read")
async def read(session: Session) -> int:
    return await session.scalar(text("SELECT 1")) or 0


@router.get("/cut")
async def cut(session: Session) -> int:
    return await session.scalar(text("SELECT count(*) FROM (SELECT pg_terminate_backend(pg_backend_pid())) t")) or 0


async def test_what_another_was_quicker_to_do_is_a_conflict(client: httpx.AsyncClient) -> None:
    answer = await client.post("/twice")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lantoa:problem:conflict")


@pytest.mark.parametrize("path", ["/slow", "/locked"])
async def test_what_the_database_could_not_do_in_time_may_be_tried_again(
    client: httpx.AsyncClient, committed: Database, path: str
) -> None:
    async with committed.transaction() as holder:
        await holder.execute(text("SELECT pg_advisory_xact_lock(77)"))

        answer = await client.get(path)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["type"] == "urn:lantoa:problem:unavailable"


async def test_an_idle_connection_that_was_cut_is_replaced(client: httpx.AsyncClient, committed: Database) -> None:
    assert (await client.get("/read")).status_code == 200
    async with committed.transaction() as other:
        await other.execute(text(OTHERS_END))

    again = await client.get("/read")

    assert (again.status_code, again.json()) == (200, 1)


async def test_a_connection_that_is_cut_in_the_middle_is_the_databases_absence(client: httpx.AsyncClient) -> None:
    cut = await client.get("/cut")

    assert (cut.status_code, cut.json()["type"]) == (503, "urn:lantoa:problem:unavailable")
    assert (await client.get("/read")).status_code == 200


async def test_a_database_that_is_not_there_is_told_within_two_seconds(settings: Settings, verifier: Verifier) -> None:
    away = connect("postgresql://postgres@127.0.0.1:9/none", application="test")
    async with calling(framed(router, away, settings, verifier)) as client, asyncio.timeout(2):
        answer = await client.get("/read", headers={"accept-language": "en"})

    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("the database is not answering")
