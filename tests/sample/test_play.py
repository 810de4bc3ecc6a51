"""The demonstration as a newcomer types it: it ends well, and ends well again on the same data."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from deploy.native.servers import free_ports

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 150.0


async def played(home: Path) -> tuple[int, str]:
    """The exit code of `lantoa demo --once`, and what it told."""
    (port,) = free_ports(1)
    settings = {"LANTOA_HOME": str(home), "LANTOA_PORT": str(port), "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services", "demo", "--once"),
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), LIMIT_S)
    assert process.returncode is not None
    return process.returncode, output.decode()


@pytest.mark.timeout(2 * LIMIT_S)
async def test_every_step_is_checked_and_the_walk_can_be_walked_again(tmp_path: Path) -> None:
    first, told = await played(tmp_path / "home")
    second, told_again = await played(tmp_path / "home")

    assert first == 0, told
    assert second == 0, told_again
    for text in (told, told_again):
        done = re.search(r"Xong: (\d+) điều đã kiểm tra", text)
        assert done is not None, text
        assert int(done[1]) == text.count("✓")
        assert "giả định cho bản trình diễn" in text
