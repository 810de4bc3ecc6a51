"""Fixtures for plans."""

from __future__ import annotations

import httpx
import pytest

from shared.db import Database
from tests.plans.places import Bearer, Person, Place, settled


@pytest.fixture(scope="session")
def service() -> str:
    """Which service's database and application the shared fixtures are about."""
    return "plans"


@pytest.fixture
async def place(client: httpx.AsyncClient, bearer: Bearer, person: Person, database: Database) -> Place:
    """The directory with an administrator, a plan officer, a nominator and an auditor."""
    return await settled(client, bearer, person=person, database=database)
