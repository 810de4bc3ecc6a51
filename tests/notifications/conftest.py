"""Fixtures for notifications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from shared.auth import Actor
from shared.db import Database, new_id


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
