"""Fixtures for publicity."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import event

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


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that the database is asked inside, those that open and close transactions left out."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
