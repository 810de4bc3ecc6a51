"""A database with a table for effects."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from shared.db import Database
from tests.shared.road.facts import Ledger


@pytest.fixture
async def road(committed: Database) -> Database:
    """The committed database with the table `effects`."""
    async with committed.engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE TABLE IF NOT EXISTS effects "
                "(position bigint GENERATED ALWAYS AS IDENTITY, aggregate uuid, title text)"
            )
        )
        await connection.execute(text("UPDATE relay SET epoch = 0, last = 0"))
    return committed


@pytest.fixture
def ledger() -> Ledger:
    """A consumer that writes effects."""
    return Ledger()
