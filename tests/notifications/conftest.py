"""Fixtures for notifications."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from shared.auth import Actor
from shared.db import Database, new_id
from shared.settings import Settings
from shared.web import Parts
from tests import counting
from tests.notifications.receiver import Newsroom, newsroom


@pytest.fixture(scope="session")
def service() -> str:
    """Which service's database and application the shared fixtures are about."""
    return "notifications"


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked."""
    with counting.statements(database) as asked:
        yield asked


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
