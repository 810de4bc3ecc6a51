"""The operator's door to the parking: only for a system with the scope `operations`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.db import Database
from shared.files.store import open_store
from shared.road.inbox import Receiver
from shared.settings import Settings
from shared.web import Parts, Service, create_app
from tests.conftest import calling
from tests.shared.road.facts import Ledger, aggregate, arrived, effects

Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def application(road: Database, settings: Settings, verifier: Verifier, ledger: Ledger) -> FastAPI:
    """A service that does nothing but hear."""
    parts = Parts(settings, road, MemoryBus(), open_store(settings), verifier)
    return create_app(Service("publicity", "thử", [], ledger.consumer), parts)


@pytest.fixture
async def door(application: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it."""
    async with calling(application) as client:
        yield client


async def test_an_operator_sees_what_waits_and_frees_it(
    road: Database, ledger: Ledger, door: httpx.AsyncClient, bearer: Bearer
) -> None:
    here, operator = aggregate(), bearer("night", scope="operations")
    ledger.refuses = {"1"}
    await Receiver(road, ledger.consumer).receive([arrived(here, 1), arrived(here, 2)])
    path = f"/v1/parked/nominations/{here}/retry"

    waiting = (await door.get("/v1/parked", headers=operator)).json()["items"]
    still = await door.post(path, headers=operator)
    ledger.refuses = set()
    freed = await door.post(path, headers=operator)
    nothing = await door.post(path, headers=operator)

    assert [(row["aggregate_id"], row["sequence"], row["reason"]) for row in waiting] == [
        (str(here), 1, "failed"),
        (str(here), 2, "behind"),
    ]
    assert [still.json(), freed.json(), nothing.status_code] == [{"free": False}, {"free": True}, 404]
    assert await effects(road, here) == ["1", "2"]


@pytest.mark.parametrize(
    ("scope", "status"),
    [(None, 403), ("publications", 403), ("operations", 200)],
    ids=["person", "newsroom", "operator"],
)
async def test_nobody_else_may_look(door: httpx.AsyncClient, bearer: Bearer, scope: str | None, status: int) -> None:
    assert (await door.get("/v1/parked")).status_code == 401
    assert (await door.get("/v1/parked", headers=bearer("someone", scope=scope))).status_code == status
