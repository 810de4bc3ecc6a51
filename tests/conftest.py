"""One PostgreSQL for the run; each worker has databases made from migrated templates; tests roll back or truncate."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from shared import logs
from shared.auth.actor import person_id
from shared.auth.issuer import DevelopmentIssuer
from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.db import Database, RoadSession, connect
from shared.embedded import embedded_postgres
from shared.files.store import open_store
from shared.loading import loading
from shared.migrations import upgrade
from shared.settings import Settings
from shared.web import Parts


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """A tenth of the whole run goes otherwise into collecting garbage that is none."""
    with loading():
        return (yield)


SERVICES = ("plans", "nominations", "publicity", "notifications")


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """The server all workers share; the first to need it starts it, the last to leave removes it."""
    given = os.environ.get("LANTOA_TEST_DATABASE_URL")
    if given:
        yield make_url(given)
        return
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
    # outside pytest's own folder, whose access rights another run of pytest takes back from the server's user
    with embedded_postgres(Path(tempfile.gettempdir()) / f"lantoa-test-{run}", keep=False) as url:
        yield make_url(url)


@asynccontextmanager
async def _administering(server: URL) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Runs statements on the server; one worker at a time, for a template in use cannot be copied."""
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(1)"))

        async def run(*statements: str) -> None:
            for statement in statements:
                await connection.execute(text(statement))

        yield run
    await engine.dispose()


# A crash of the machine may cost the data of a test: half of the time went into waiting for the disk.
FORGETFUL = (
    *(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit", "full_page_writes")),
    "SELECT pg_reload_conf()",
)


async def _template(server: URL, service: str) -> str:
    """The migrated template of a service in this run's server, made once."""
    name = f"template_{service}"
    await upgrade(service, server.set(database=name).render_as_string(hide_password=False))
    return name


@pytest.fixture(scope="session")
async def database_urls(postgres: URL) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """Gives the address of this worker's own database of a service, made at its first use."""
    server = postgres.set(drivername="postgresql+asyncpg", database="postgres")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made: dict[str, str] = {}

    async def url_of(service: str) -> str:
        if service not in made:
            async with _administering(server) as run:
                await run(*FORGETFUL)
                template, name = await _template(server, service), f"lantoa_{service}_{worker}"
                await run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                await run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            made[service] = server.set(database=name).render_as_string(hide_password=False)
        return made[service]

    yield url_of
    async with _administering(server) as run:
        await run(*(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)' for url in made.values()))


@pytest.fixture(scope="session")
async def pools(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Connected databases of this worker, by service."""
    open_ones: dict[str, Database] = {}

    async def of(service: str) -> Database:
        if service not in open_ones:
            open_ones[service] = connect(await database_urls(service), application=service)
        return open_ones[service]

    yield of
    await asyncio.gather(*(database.close() for database in open_ones.values()))


@pytest.fixture
async def database(service: str, pools: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Database]:
    """The service's database inside one outer transaction that is rolled back; commits inside become savepoints."""
    pool = await pools(service)
    async with pool.engine.connect() as connection:
        outer = await connection.begin()
        inside = Database(pool.url, pool.engine)
        inside.sessions = async_sessionmaker(
            connection,
            expire_on_commit=False,
            sync_session_class=RoadSession,
            join_transaction_mode="create_savepoint",
        )
        yield inside
        inside.lines.close()
        await outer.rollback()


async def truncate(database: Database) -> None:
    """Empties every table, the relay's state excepted."""
    async with database.engine.begin() as connection:
        tables = await connection.scalars(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                "AND tablename NOT IN ('alembic_version', 'relay')"
            )
        )
        names = ", ".join(f'"{name}"' for name in tables)
        await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
async def committed(service: str, pools: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Database]:
    """The service's database with real commits on real connections (races, relay, GraphQL); emptied afterwards."""
    database = await pools(service)
    yield database
    await truncate(database)


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """A session in the rolled-back transaction."""
    async with database.sessions() as session:
        yield session


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A `.lantoa` folder for the run of this worker."""
    with tempfile.TemporaryDirectory(prefix="lantoa-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    """Development settings that read no environment file."""
    found = Settings(_env_file=None, home=home, env="development", public_url="http://testserver")
    logs.configure(found)
    return found


@pytest.fixture(scope="session")
def issuer(settings: Settings) -> DevelopmentIssuer:
    """The development issuer of this run."""
    return DevelopmentIssuer(settings)


@pytest.fixture(scope="session")
def verifier(issuer: DevelopmentIssuer, settings: Settings) -> Verifier:
    """Checks the tokens of the run's issuer."""
    return Verifier(issuer, issuer=settings.auth_issuer, audience=settings.auth_audience)


@pytest.fixture
def bearer(issuer: DevelopmentIssuer) -> Callable[..., dict[str, str]]:
    """Request headers for a person by his subject, e.g. `bearer("mai")`; his person_id is `person("mai")`."""

    def headers(subject: str, *, scope: str | None = None) -> dict[str, str]:
        return {"authorization": f"Bearer {issuer.mint(subject, name=subject.title(), scope=scope)}"}

    return headers


@pytest.fixture
def person(settings: Settings) -> Callable[[str], UUID]:
    """The person_id of a subject of the run's issuer."""
    return lambda subject: person_id(settings.auth_issuer, subject)


@pytest.fixture
def parts(database: Database, settings: Settings, verifier: Verifier) -> Parts:
    """The parts of the service on the rolled-back database, with a memory bus nobody listens to."""
    return Parts(settings, database, MemoryBus(), open_store(settings), verifier)


@pytest.fixture
def app(service: str, parts: Parts) -> FastAPI:
    """The service's application; its lifespan (relay, loops) is not entered."""
    application: FastAPI = import_module(f"services.{service}.app").create(parts)
    return application


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of an application in this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the service on the rolled-back database. Paths are without the service's prefix: `/v1/…`."""
    async with calling(app) as client:
        yield client
