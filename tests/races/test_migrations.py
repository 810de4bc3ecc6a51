"""Migrating while others are at work: two who migrate at once, and tables that are in use."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.migrations import APPLICATION, LOCK, ROOT, WAITS, configuration, ensure_database, upgrade

pytestmark = pytest.mark.xdist_group("races")

PATIENCE_S = 50
MIGRATING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE relation = 'audit'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted"
)
INDEX = """
from shared.migrations.online import create_index

revision = "online_0001"
down_revision = None
branch_labels = ("online",)
depends_on = None


def upgrade() -> None:
    create_index("ix_audit_action", "audit", ["action"])
"""
BUILDING = "SELECT pid FROM pg_stat_activity WHERE query ~ '(CREATE|DROP) INDEX CONC' AND wait_event_type = 'Lock'"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_audit_action'::regclass"
ROW = (
    "INSERT INTO audit (at, actor_kind, action, subject_type, subject_id, fields) VALUES (now(), '', '', '', $1, '[]')"
)
NOBODY = "00000000-0000-0000-0000-000000000000"


def named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()


async def once(connection: asyncpg.Connection, statement: str, *values: object, least: int = 1) -> int:
    """What the statement gives, once it gives so much."""
    async with asyncio.timeout(PATIENCE_S):
        while (found := await connection.fetchval(statement, *values)) is None or found < least:
            await asyncio.sleep(0.01)
    return int(found)


async def migrated(url: str) -> tuple[int | None, str]:
    """What `lantoa migrate` does for one service, in a process of its own: its exit code and what it says."""
    code = f"import asyncio; from shared.migrations import upgrade; asyncio.run(upgrade('notifications', {url!r}))"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return process.returncode, said.decode()


async def test_of_two_migrations_at_once_one_works_and_both_succeed(server: str) -> None:
    """Both stand before the same empty database: without the lock the second finds tables that are being made."""
    url = named(server, "two_at_once")
    await ensure_database(make_url(url).set(drivername="postgresql+asyncpg"))
    async with connected(url) as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        both = [asyncio.create_task(migrated(url)) for _ in range(2)]
        await once(connection, MIGRATING, APPLICATION, least=2)
        untouched = await connection.fetchval("SELECT to_regclass('alembic_version')")
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)
        ended = await asyncio.gather(*both)
        heads = await connection.fetch("SELECT version_num FROM alembic_version")

    assert ([code for code, _ in ended], untouched) == ([0, 0], None), ended
    assert sorted(head["version_num"].split("_")[0] for head in heads) == ["notifications", "shared"]


async def test_a_change_that_waits_for_its_table_lets_everybody_else_pass(server: str) -> None:
    """A report reads the table for minutes. An ALTER that simply waited would stop every reader behind it."""
    url = named(server, "in_use")
    await upgrade("shared", url)
    await to(url, "shared_0001", down=True)
    async with connected(url) as report, connected(url) as reader:
        reading = report.transaction()
        await reading.start()
        await report.execute("LOCK TABLE audit IN ACCESS SHARE MODE")
        migrating = asyncio.create_task(upgrade("shared", url))
        await once(report, WAITING)
        passed = await reader.fetchval("SELECT count(*) FROM audit", timeout=20)
        still_waits = not migrating.done()
        await reading.rollback()
        await migrating
        columns = await reader.fetch("SELECT sealed_in FROM audit")

    assert (passed, still_waits, columns) == (0, True, [])


async def test_an_index_is_built_while_people_write_and_again_after_it_was_broken_off(
    server: str, tmp_path: Path
) -> None:
    """An ordinary CREATE INDEX stops every writer for as long as it builds, or waits to."""
    url = named(server, "index")
    await upgrade("shared", url)
    (tmp_path / "online_0001.py").write_text(INDEX)
    async with connected(url) as writer, connected(url) as other:
        writing = writer.transaction()
        await writing.start()
        await writer.execute(ROW, NOBODY)
        broken_off = asyncio.create_task(to(url, "online@head", also=tmp_path))
        builder = await once(other, BUILDING)
        await other.execute(ROW, NOBODY, timeout=20)
        await other.execute("SELECT pg_cancel_backend($1)", builder)
        with pytest.raises(DBAPIError, match="due to user request"):
            await broken_off
        left_behind = await other.fetchval(VALID)
        again = asyncio.create_task(to(url, "online@head", also=tmp_path))
        await once(other, BUILDING)
        await other.execute("SELECT pg_sleep(1.2)")  # longer than an ALTER may wait: this is in nobody's way
        still_builds = not again.done()
        await writing.commit()
        await again
        built = await other.fetchval(VALID)

    assert (left_behind, still_builds, built) == (False, True, True)


async def to(url: str, revision: str, *, down: bool = False, also: Path | None = None) -> None:
    """To that revision of the shared tables, or of what lies beside them in a folder of the test."""
    config = configuration("shared")
    if also:
        locations = config.get_main_option("version_locations")
        config.set_main_option("version_locations", f"{locations} {also}")

    def walk(connection: Connection) -> None:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)

    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool, connect_args={"server_settings": WAITS}
    )
    async with engine.connect() as connection:
        await connection.run_sync(walk)
    await engine.dispose()
