"""The ground all sides stand on: one PostgreSQL of its own, the product's migrated tables, the same rows for all."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from deploy.native.process import Server
from deploy.native.servers import postgres_in
from shared.migrations import upgrade
from shared.settings import Settings
from tests.bench.stories import Row, Stories

BATCH = 20_000
ITEM = (
    "id nomination_id owner_id organisation_id subject_type subject_name kind movement_id nominator_id approver_id "
    "state withdrawal published_at search editions_made"
)
EDITION = "id item_id number state station_id title summary body results pictures credit created_at live_at"


@dataclass(frozen=True)
class Ground:
    """Where the data is, and the settings of a product that stands on it."""

    settings: Settings
    postgres: Server

    def database(self, service: str) -> str:
        """The address of a service's database."""
        url = make_url(self.postgres.url).set(database=f"lantoa_{service}")
        return url.render_as_string(hide_password=False)

    async def version(self) -> str:
        """Of PostgreSQL."""
        async with self.connected("publicity") as connection:
            return str(await connection.fetchval("SHOW server_version"))

    @asynccontextmanager
    async def connected(self, service: str) -> AsyncIterator[Any]:
        """A connection of the bench's own."""
        connection = await asyncpg.connect(self.database(service))
        try:
            yield connection
        finally:
            await connection.close()


@asynccontextmanager
async def ground(home: Path, items: int) -> AsyncIterator[Ground]:
    """PostgreSQL in `home` with that many items; gone when the block ends."""
    postgres = await asyncio.to_thread(postgres_in, home)
    try:
        await postgres.start()
        settings = Settings(
            _env_file=None,
            home=home,
            database_url=postgres.url,
            files_url=(home / "files").as_uri(),
            secret_key=secrets.token_urlsafe(32),
            introspection=False,
        )
        found = Ground(settings, postgres)
        for service in ("publicity", "nominations"):
            await upgrade(service, found.database(service))
        await _fill(found, items)
        yield found
    finally:
        postgres.kill()  # nothing of it is needed any more


async def _fill(found: Ground, items: int) -> None:
    stories = Stories()
    async with found.connected("publicity") as connection:
        await _directory(connection, stories)
        rows = stories.items(items)
        while batch := list(islice(rows, BATCH)):
            await _copy(connection, "items", ITEM, (item for item, _ in batch))
            await _copy(connection, "editions", EDITION, (edition for _, edition in batch))
        await connection.execute("VACUUM ANALYZE")


async def _directory(connection: Any, stories: Stories) -> None:
    organisations, names, movements = stories.directory()
    await _copy(connection, "organisations", "id slug hierarchy version", organisations)
    named = "id organisation_id name search from_on to_on"
    await _copy(connection, "organisation_names", named, names)
    await _copy(connection, "movements", "id name aliases search", movements)


async def _copy(connection: Any, table: str, columns: str, rows: Iterable[Row]) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=columns.split())
