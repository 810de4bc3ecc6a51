"""Fixtures for notifications."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from shared.auth import Actor
from shared.db import Database, new_id
from shared.settings import Settings
from shared.web import Parts
from tests.notifications.receiver import Newsroom, newsroom


@pytest.fixture(scope="session")
def service() -> str:
    """Which service's database and application the shared fixtures are about."""
    return "notifications"


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement sent to the database, savepoints excepted: the fixture makes one of each commit."""
    seen: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
def mai() -> Actor:
    """A person without office."""
    return Actor("person", new_id(), "Mai")


@pytest.fixture
def paper() -> Actor:
    """A newsroom's system."""
    return Actor("system", new_id(), "Tòa soạn", scopes=frozenset({"publications"}))


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    """A newsroom that answers 204."""
    async with newsroom() as room:
        yield room


@pytest.fixture
def near(parts: Parts, settings: Settings) -> Parts:
    """Parts that may send to this machine."""
    return replace(parts, settings=settings.model_copy(update={"allow_private_webhooks": True, "secret_key": "key"}))
