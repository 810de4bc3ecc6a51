"""Fixtures for the kernel: a database with the shared tables only, and a test's own doors in the frame of a service."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from shared.auth.tokens import Verifier
from shared.db import Database
from shared.settings import Settings
from tests.conftest import calling
from tests.shared.apps import framed


@pytest.fixture(scope="session")
def service() -> str:
    """Which database the shared fixtures are about."""
    return "shared"


@pytest.fixture
def app(request: pytest.FixtureRequest, committed: Database, settings: Settings, verifier: Verifier) -> FastAPI:
    """The module's `router`, framed."""
    return framed(request.module.router, committed, settings, verifier)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the module's doors."""
    async with calling(app) as client:
        yield client
