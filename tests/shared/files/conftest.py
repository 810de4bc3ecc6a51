"""A door for files over a directory store, and two people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from shared.auth.tokens import Verifier
from shared.db import Database
from shared.files.directory import DirectoryStore
from shared.files.kinds import DOCUMENTS, PICTURES
from shared.files.rest import directory_router, files_router
from shared.settings import Settings
from tests.conftest import calling
from tests.shared.apps import framed
from tests.shared.files.people import LIMIT, Person, may_read

Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "files", ["new key", "old key"])


@pytest.fixture
def app(committed: Database, settings: Settings, verifier: Verifier, store: DirectoryStore) -> FastAPI:
    router = files_router(
        "shared",
        may_announce=lambda actor: None,
        may_read=may_read,
        media_types=DOCUMENTS | PICTURES,
        limit_bytes=LIMIT,
    )
    router.include_router(directory_router)
    app = framed(router, committed, settings, verifier, store)
    app.include_router(directory_router)
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        yield client


@pytest.fixture
def mai(client: httpx.AsyncClient, bearer: Bearer) -> Person:
    return Person(client, bearer("mai"))


@pytest.fixture
def lan(client: httpx.AsyncClient, bearer: Bearer) -> Person:
    return Person(client, bearer("lan"))


@pytest.fixture
def me(person: Callable[[str], UUID]) -> UUID:
    return person("mai")
