"""The product as `lantoa serve` runs it, in this process, on databases of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.commands.directory import import_document
from services.commands.serve import prepare
from services.plans.schemas import DirectoryDocument
from services.serving import SERVICES, Servers, application, serving
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.chain.doors import Doors
from tests.walks import world
from tests.walks.walker import Walker


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def founded(postgres: URL, home: Path, prefix: str) -> AsyncIterator[Servers]:
    """Settings and databases of one product, with the small directory of the walks in it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    names = {service: f"{prefix}_{service}_{worker}" for service in SERVICES}
    urls = {
        f"{service}_database_url": postgres.set(database=name).render_as_string(hide_password=False)
        for service, name in names.items()
    }
    plain = Settings(_env_file=None, home=home, port=free_port(), allow_private_webhooks=True)
    settings = plain.model_copy(update=urls)
    running = Servers(settings, postgres)
    await prepare(running, SERVICES)
    await import_document(running, DirectoryDocument.model_validate(world.directory(settings.auth_issuer)))
    yield running
    server = postgres.set(drivername="postgresql+asyncpg", database="postgres")
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        for name in names.values():
            await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await engine.dispose()


@asynccontextmanager
async def walking(product: Servers) -> AsyncIterator[Walker]:
    """The people of the small world, at the doors of the running product."""
    async with (
        serving(product, SERVICES) as addresses,
        Walker(addresses, DevelopmentIssuer(product.settings)) as walker,
    ):
        await walker.until(walker.mai_has_her_office)
        yield walker


@pytest.fixture(scope="module")
async def product(postgres: URL, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """A product of the module's own."""
    async with founded(postgres, tmp_path_factory.mktemp("chain"), "chain") as running:
        yield running


@pytest.fixture(scope="module")
async def walker(product: Servers) -> AsyncIterator[Walker]:
    """Its people."""
    async with walking(product) as walker:
        yield walker


@pytest.fixture(scope="module")
async def doors(product: Servers) -> AsyncIterator[Doors]:
    """Nothing but what a test sends can change anything: the lifespan is not entered."""
    async with application(product, SERVICES) as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
            yield Doors(product, http)
