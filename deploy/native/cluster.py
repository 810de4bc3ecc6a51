"""One process a service over real servers, as on real machines: for the demonstration and for tests that kill them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from deploy.native.process import Server
from deploy.native.servers import all_three, free_ports, made
from shared.settings import Settings

NAMES = ("plans", "nominations", "publicity", "notifications")
MIGRATE_LIMIT_S = 120.0


def environment(settings: Settings, port: int) -> dict[str, str]:
    """What a service's process is told; links name the port of its own process."""
    told = {
        "LANTOA_ENV": settings.env,
        "LANTOA_HOME": str(settings.home.resolve()),
        "LANTOA_DATABASE_URL": settings.database_url or "",
        "LANTOA_BUS_URL": settings.bus_url,
        "LANTOA_FILES_URL": settings.files_url or "",
        "LANTOA_PORT": str(port),
        "LANTOA_OTLP_URL": settings.otlp_url or "",
        "LANTOA_CORS_ORIGINS": json.dumps(settings.cors_origins),
        "LANTOA_ALLOW_PRIVATE_WEBHOOKS": str(settings.allow_private_webhooks),
    }
    return {name: value for name, value in told.items() if value}


def service_process(name: str, settings: Settings, folder: Path) -> Server:
    """`lantoa serve <name>` on a free port; ready when it says so itself."""
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"

    def ready(_: Server) -> bool:
        try:
            return httpx.get(f"{address}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    return Server(
        name=name,
        url=f"{address}/{name}",
        command=[sys.executable, "-m", "services", "serve", name],
        log=made(folder) / f"{name}.log",
        is_ready=ready,
        environment={**os.environ, **environment(settings, port)},
    )


async def migrate(settings: Settings) -> None:
    """`lantoa migrate`, as an operator would before a start. Raises RuntimeError with what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services", "migrate"),
        env={**os.environ, **environment(settings, 8000)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), MIGRATE_LIMIT_S)
    if process.returncode:
        raise RuntimeError(output.decode())


@asynccontextmanager
async def services(settings: Settings, folder: Path) -> AsyncIterator[dict[str, Server]]:
    """The four services, each its own process, on databases that are migrated."""
    await migrate(settings)
    processes = {name: service_process(name, settings, folder) for name in NAMES}
    try:
        await asyncio.gather(*(process.start() for process in processes.values()))
        yield processes
    finally:
        await asyncio.gather(*(process.stop() for process in processes.values()))


@asynccontextmanager
async def cluster(settings: Settings) -> AsyncIterator[tuple[Settings, Mapping[str, str]]]:
    """The services over servers of our own in `.lantoa/native`."""
    folder = made(settings.home / "native")
    async with all_three(folder) as (database, broker, files):
        found = settings.model_copy(
            update={"database_url": database.url, "bus_url": broker.url, "files_url": files.url}
        )
        async with services(found, folder / "services") as processes:
            yield found, {name: process.url for name, process in processes.items()}
