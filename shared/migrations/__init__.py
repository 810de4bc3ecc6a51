"""Migrations: each database has two branches, `shared` (the road, the directory …) and its service's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared import audit, idempotency
from shared.audit import seal
from shared.db import Base
from shared.directory import tables as directory_tables
from shared.files import tables as files_tables
from shared.road import tables as road_tables

ROOT = Path(__file__).resolve().parents[2]
SHARED_TABLES = (
    audit,
    seal,
    idempotency,
    directory_tables,
    files_tables,
    road_tables,
)  # imported so that Base knows them
LOCK = 7_305_512  # any fixed number: two migrations at once wait for each other
APPLICATION = "lantoa-migrate"
# While an ALTER waits for its table, everybody behind it waits too: it gives way after a second and comes again.
WAITS = {"lock_timeout": "1s", "application_name": APPLICATION}
IN_USE = {"55P03", "40P01"}  # the lock was not had; a deadlock with somebody at work
TRIES, PAUSE_S, LOOK_EVERY_S = 60, 1.0, 0.1

log = structlog.get_logger()


class TableInUse(Exception):
    """Somebody held a table that a migration changes at every try."""


def configuration(service: str) -> Config:
    """Alembic's configuration for one service (or `shared` alone), made here so that no working directory matters."""
    own = ROOT / "shared" / "migrations" if service == "shared" else ROOT / "services" / service / "migrations"
    config = Config()
    config.set_main_option("script_location", str(own))
    locations = dict.fromkeys([own / "versions", ROOT / "shared" / "migrations" / "versions"])
    config.set_main_option("version_locations", " ".join(map(str, locations)))
    config.set_main_option("path_separator", "space")
    return config


def run(metadata: MetaData) -> None:
    """The body of every service's env.py: needs a connection in the configuration's attributes.

    Each migration is a transaction of its own: one that gives way is tried again from where the last one ended, and
    one that builds an index leaves its transaction for that.
    """
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=[Base.metadata, metadata], transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def ensure_database(url: URL) -> None:
    """Creates the database if it is not there; harmless when two do it at once."""
    server = create_async_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with server.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        there = await connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": url.database})
        if there is None:
            await connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    await server.dispose()


async def upgrade(service: str, url: str) -> None:
    """Creates the database if need be and brings it to the newest schema, while others are at work in it.

    Raises TableInUse.
    """
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    await ensure_database(parsed)
    engine = create_async_engine(parsed, poolclass=NullPool, connect_args={"server_settings": WAITS})
    async with _alone(engine):
        for _ in range(TRIES):
            if await _to_heads(service, engine):
                return
            log.warning("a table is in use; migrating again in a moment", service=service)
            await asyncio.sleep(PAUSE_S)
    raise TableInUse


@asynccontextmanager
async def _alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """One migrates at a time. Asked for again and again: an index being built would wait for whoever stood in line."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while not await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
            await asyncio.sleep(LOOK_EVERY_S)
        yield


async def _to_heads(service: str, engine: AsyncEngine) -> bool:
    """Whether the newest schema was reached; what was in use stays as it is."""
    config = configuration(service)

    def to_heads(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")

    try:
        async with engine.connect() as connection:
            await connection.run_sync(to_heads)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in IN_USE:
            return False
        raise
    return True
