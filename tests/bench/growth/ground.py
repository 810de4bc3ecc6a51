"""Where a year of some size stands: PostgreSQL of its own, the four databases, each service in a process."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import psutil
from sqlalchemy.engine import make_url

from deploy.native.process import Server
from deploy.native.servers import made, postgres_in
from shared.auth.issuer import DevelopmentIssuer
from shared.db import connect
from shared.migrations import upgrade
from shared.settings import Settings
from tests.bench.growth.country import Country
from tests.bench.growth.explaining import grown_tables
from tests.bench.growth.fill import SERVICES, fill
from tests.bench.growth.grown import Grown
from tests.bench.growth.plans import Plans
from tests.bench.growth.size import Size
from tests.bench.sides.side import python_process

FILLED = "filled"  # a folder with this file is used again
Say = Callable[[str], None]


@dataclass
class Ground:
    """One year at work."""

    settings: Settings
    postgres: Server
    country: Country
    plans: Plans
    processes: dict[str, Server] = field(default_factory=dict)
    began_s: dict[str, float] = field(default_factory=dict)  # how long a start took
    resident_mb: dict[str, float] = field(default_factory=dict)  # after the start

    def url(self, service: str) -> str:
        """The address of a service's database."""
        return url_of(self.postgres, service)

    def headers(self, subject: str | None) -> dict[str, str]:
        """Of a request by this person, or by nobody."""
        return {"authorization": f"Bearer {DevelopmentIssuer(self.settings).mint(subject)}"} if subject else {}

    def memory_mb(self, service: str) -> float:
        """Of its process now."""
        resident: int = psutil.Process(self.processes[service].pid).memory_info().rss
        return resident / 2**20

    @asynccontextmanager
    async def grown(self, service: str) -> AsyncIterator[Grown]:
        """The database of one service, to ask it how it answers."""
        database, line = connect(self.url(service), application=service), await asyncpg.connect(self.url(service))
        try:
            yield Grown(database, line, self.country, self.plans, await grown_tables(line))
        finally:
            await line.close()
            await database.close()


def url_of(postgres: Server, service: str) -> str:
    """The address of a service's database on this server."""
    return make_url(postgres.url).set(database=f"lantoa_{service}").render_as_string(hide_password=False)


@asynccontextmanager
async def ground(home: Path, size: Size, say: Say) -> AsyncIterator[Ground]:
    """Filled, unless it was before; the processes end with the block, the folder stays."""
    made(home).chmod(0o755)  # PostgreSQL runs as somebody else where we are root
    postgres = await asyncio.to_thread(postgres_in, home)
    await postgres.start()
    try:
        size = await _filled(home, size, postgres, say)
        country = Country(size)
        settings = Settings(
            _env_file=None,
            home=home,
            database_url=postgres.url,
            secret_key=secrets.token_urlsafe(32),
            graph_cache=False,
        )
        found = Ground(settings, postgres, country, Plans(size, country))
        try:
            for service in SERVICES:
                await _start(found, service)
            yield found
        finally:
            await asyncio.gather(*(process.stop() for process in found.processes.values()))
    finally:
        await postgres.stop()


async def _filled(home: Path, size: Size, postgres: Server, say: Say) -> Size:
    mark = home / FILLED
    if mark.exists():
        return size.ending(datetime.fromisoformat(mark.read_text()))
    size = size.ending(datetime.now(UTC))
    began = time.monotonic()

    def told(number: int) -> None:
        if number % (size.nominations // 10 or 1) == 0:
            own = psutil.Process().memory_info().rss / 2**20
            say(f"  {number:>9,} nominations  {time.monotonic() - began:6.0f} s  generator {own:4.0f} MB")

    for service in SERVICES:
        await upgrade(service, url_of(postgres, service))
    await fill({service: url_of(postgres, service) for service in SERVICES}, size, told=told)
    mark.write_text(size.last.isoformat())
    say(f"  filled and indexed after {time.monotonic() - began:.0f} s: {await _bytes(postgres)}")
    return size


async def _bytes(postgres: Server) -> str:
    connection = await asyncpg.connect(postgres.url)
    try:
        rows = await connection.fetch(
            "SELECT datname, pg_database_size(datname) AS bytes FROM pg_database WHERE datname LIKE 'lantoa_%'"
        )
    finally:
        await connection.close()
    return ", ".join(f"{row['datname'].removeprefix('lantoa_')} {row['bytes'] / 2**30:.2f} GB" for row in rows)


async def _start(found: Ground, service: str) -> None:
    settings = found.settings
    environment = {
        "LANTOA_ENV": "development",
        "LANTOA_HOME": str(settings.home),
        "LANTOA_DATABASE_URL": settings.database_url or "",
        "LANTOA_GRAPH_CACHE": "false",
    }
    process = python_process(service, "tests.bench.sides.product", settings.home, service, **environment)
    found.processes[service] = process
    began = time.monotonic()
    await process.start()
    found.began_s[service] = time.monotonic() - began
    found.resident_mb[service] = found.memory_mb(service)
