"""Fixtures for publicity."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from services.publicity.app import create
from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.db import Database
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts
from tests.conftest import calling


@pytest.fixture(scope="session")
def service() -> str:
    """Which service's database and application the shared fixtures are about."""
    return "publicity"


@pytest.fixture
async def reader(committed: Database, settings: Settings, verifier: Verifier) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service on the committed database, for what opens several sessions at once."""
    app = create(Parts(settings, committed, MemoryBus(), open_store(settings), verifier))
    async with calling(app) as client:
        yield client
