"""What an operator types at night, as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.serving import SERVICES, Servers
from tests.chain.conftest import free_port


def typed(product: Servers, *arguments: str) -> tuple[int, str]:
    """Exit code and what is said on stderr."""
    urls = {f"LANTOA_{name.upper()}_DATABASE_URL": product.database_url(name) for name in SERVICES}
    server = product.postgres.render_as_string(hide_password=False)
    told = {"LANTOA_DATABASE_URL": server, "LANTOA_HOME": str(product.settings.home), "COLUMNS": "300", **urls}
    done = subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        env=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.strip()


async def test_trying_again_what_does_not_wait_says_so(product: Servers) -> None:
    key = str(uuid4())

    code, said = typed(product, "events", "retry", "plans", "nominations", key)

    sentence = f"✗ Không có gì của nominations {key} phải chờ ở plans; xem «lantoa events parked plans»."
    assert (code, said) == (1, sentence)


def test_a_polite_end_leaves_no_database_server_behind(tmp_path_factory: pytest.TempPathFactory) -> None:
    home, port = tmp_path_factory.mktemp("ended") / "home", free_port()
    told = {"PATH": os.environ["PATH"], "LANTOA_HOME": str(home), "LANTOA_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "services", "serve"], env=told, stderr=subprocess.DEVNULL)
    started(f"http://127.0.0.1:{port}/readyz")
    running: Path = home / "postgres" / "postmaster.pid"
    was_there = running.exists()

    process.terminate()
    process.wait(timeout=20)

    assert (was_there, running.exists()) == (True, False)


def started(url: str) -> None:
    """Waits until it answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer")


async def test_representing_a_service_whose_state_nobody_keeps_says_so(product: Servers) -> None:
    code, said = typed(product, "events", "represent", "notifications")

    assert (code, said) == (0, "")


async def test_representing_what_is_no_service_says_which_there_are(product: Servers) -> None:
    code, said = typed(product, "events", "represent", "thi-dua")

    assert code == 2
    assert "plans, nominations, publicity, notifications" in said
