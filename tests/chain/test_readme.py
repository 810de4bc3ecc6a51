"""The README's examples run as they stand there, against the running product."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.walks import world
from tests.walks.walker import Walker

README = Path(__file__).resolve().parents[2] / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


async def run(example: str, walker: Walker) -> str:
    """What the example prints; it must end well within half a minute."""
    root = walker.addresses["plans"].removesuffix("/plans")
    told = {"LANTOA_URL": root, "LANTOA_TOKEN": walker.issuer.mint("mai")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", example),
        env={**os.environ, **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, output.decode()
    return output.decode()


@pytest.fixture(scope="module")
async def published(walker: Walker) -> str:
    """The title of a story that stands on the portal."""
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    await walker.shown(world.BODY, await walker.read("mai", path))
    return str(world.draft()["title"])


def test_there_are_three_examples() -> None:
    assert len(EXAMPLES) == 3


async def test_a_mobile_app_posts_a_nomination(walker: Walker) -> None:
    assert await run(EXAMPLES[0], walker) == 'dự thảo "1"\n'


async def test_a_portal_reads_what_is_published(walker: Walker, published: str) -> None:
    assert published in await run(EXAMPLES[1], walker)


async def test_a_newsroom_catches_up(walker: Walker, published: str) -> None:
    async def caught_up() -> bool:
        return f"đăng {published}\n" in await run(EXAMPLES[2], walker)

    assert await walker.until(caught_up)
