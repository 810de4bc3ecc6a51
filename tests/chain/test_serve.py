"""`lantoa serve` as it is typed: one on a folder, one line for what is wrong, and an end within seconds."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from tests.chain.conftest import free_port

ENDS_WITHIN_S = 8.0  # five for what is under way


async def typed(home: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """`lantoa …` with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LANTOA_")}
    told = {f"LANTOA_{name.upper()}": value for name, value in settings.items()}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services", *arguments),
        env={**kept, "LANTOA_HOME": str(home), "COLUMNS": "300", **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def refused(home: Path, *arguments: str, **settings: str) -> tuple[int | None, str]:
    """Its exit code and all it says to the person: the lines that are no log."""
    process = await typed(home, *arguments, **settings)
    _, said = await asyncio.wait_for(process.communicate(), 60)
    lines = [line for line in said.decode().splitlines() if not line.startswith("{")]
    return process.returncode, "\n".join(lines)


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """All four services, once they say that they are ready."""
    port = free_port()
    process = await typed(home, "serve", port=str(port))
    try:
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(60):
            while not await answers(client, f"http://127.0.0.1:{port}/readyz"):
                await asyncio.sleep(0.1)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def answers(client: httpx.AsyncClient, url: str) -> bool:
    """Whether it answers that all is well."""
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


async def test_only_one_runs_on_a_folder_and_it_ends_within_seconds(tmp_path: Path) -> None:
    async with serving(tmp_path) as process:
        second = await refused(tmp_path, "serve", port=str(free_port()))

        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = await asyncio.wait_for(process.communicate(), 30)

    assert second == (
        2,
        f"✗ Đã có một tiến trình lantoa đang chạy trên {tmp_path}. Hãy dừng nó trước, hoặc đặt LANTOA_HOME khác.",
    )
    assert time.monotonic() - began < ENDS_WITHIN_S
    assert "Traceback" not in said.decode()
    assert "Aborted" not in said.decode()


async def test_asked_to_end_by_an_engine_it_ends_well(tmp_path: Path) -> None:
    async with serving(tmp_path) as process:
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 30)

    assert (process.returncode, "Traceback" in said.decode()) == (0, False)


async def test_one_service_alone_needs_a_broker(tmp_path: Path) -> None:
    code, said = await refused(tmp_path, "serve", "plans")

    assert (code, said.count("\n"), "LANTOA_BUS_URL=kafka://" in said) == (2, 0, True)


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

        found = await refused(tmp_path, "serve", port=str(port))

    assert found == (2, f"✗ Không mở được cổng {port}. Hãy đặt LANTOA_PORT khác rồi chạy lại.")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"database_url": "postgresql://127.0.0.1:1/postgres"}, "LANTOA_DATABASE_URL"),
        ({"database_url": "localhost"}, "LANTOA_DATABASE_URL"),
        ({"bus_url": "kafka://127.0.0.1:1"}, "LANTOA_BUS_URL"),
        ({"files_url": "s3+http://key:secret@127.0.0.1:1/bucket"}, "LANTOA_FILES_URL"),
        ({"env": "production"}, "LANTOA_SECRET_KEY"),
    ],
    ids=lambda value: "=".join(*value.items()) if isinstance(value, dict) else "",
)
async def test_what_is_away_or_wrong_is_one_line(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    code, said = await refused(tmp_path, "serve", port=str(free_port()), **settings)

    assert code in {1, 2}
    assert (said.startswith("✗ "), said.count("\n"), named in said) == (True, 0, True), said
