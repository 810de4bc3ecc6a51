"""Migrations: each database has two branches, `shared` (the road, the directory …) and its service's own."""

from __future__ import annotations

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
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
    """The body of every service's env.py: needs a connection in the configuration's attributes."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=[Base.metadata, metadata])
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
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
    """Creates the database if need be and brings it to the newest schema."""
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    await ensure_database(parsed)
    config = configuration(service)
    engine = create_async_engine(parsed, poolclass=NullPool)

    def to_heads(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")

    async with engine.begin() as connection:
        await connection.run_sync(to_heads)
    await engine.dispose()
