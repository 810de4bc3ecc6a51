"""openapi-python-client makes clients of our OpenAPI documents; one posts a nomination with a file and follows it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from services.serving import SERVICES
from tests.clients.tools import HERE, from_pypi, run
from tests.walks import world
from tests.walks.walker import Walker

PROGRAM = HERE / "programs" / "nominate.py"
# client.py is the generator's own, the same for everybody: only what came of our documents is judged
SETTINGS = "[mypy]\nstrict = true\n[mypy-*.client]\nignore_errors = true\n"


@pytest.fixture(scope="module")
async def generated(walker: Walker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a client of each service, made of the document it serves, and the program upon one of them."""
    folder = tmp_path_factory.mktemp("generated")
    generator = from_pypi("openapi-python-client")
    path = os.pathsep.join([str(Path(generator).parent), os.environ["PATH"]])  # it formats with its own ruff

    async def generate(service: str) -> None:
        document = folder / f"{service}.json"
        document.write_text(json.dumps(await walker.done(None, "GET", service, "/openapi.json")), "utf-8")
        target = ["--output-path", str(folder / f"lantoa_{service}"), "--meta", "none", "--fail-on-warning"]
        await run(generator, "generate", "--path", document, *target, environment={"PATH": path})

    await asyncio.gather(*map(generate, SERVICES))
    shutil.copy(PROGRAM, folder)
    return folder


async def test_clients_are_generated_without_a_warning_and_type_clean(generated: Path) -> None:
    settings = generated / "mypy.ini"
    settings.write_text(SETTINGS)
    options = ["--config-file", str(settings), "--cache-dir", os.devnull, "--python-executable", from_pypi("python")]
    clients = [str(generated / f"lantoa_{service}") for service in SERVICES]

    checked = await run(sys.executable, "-m", "mypy", *options, *clients, PROGRAM.name, folder=generated)

    assert "no issues found" in checked


async def test_a_generated_client_posts_a_nomination_with_a_file_and_follows_it(
    walker: Walker, generated: Path
) -> None:
    await walker.issue_plan()
    period_key = (await walker.duty())["period_key"]
    duty = {"plan_id": str(world.PLAN), "obligation_id": str(world.OBLIGATION), "period_key": period_key}
    tokens = {who: walker.issuer.mint(who, name=who.title()) for who in ("mai", "vinh", "an")}
    told, address = json.dumps({"tokens": tokens, "duty": duty}), walker.addresses["nominations"]

    printed = await run(from_pypi("python"), generated / PROGRAM.name, address, told=told)

    seen = json.loads(printed)
    assert (await walker.read("mai", f"/v1/nominations/{seen.pop('id')}"))["title"] == "Mười năm giữ rừng"
    assert seen == {
        "state": "concluded",
        "stations": ["approved"],
        "file_is_whole": True,
        "refused_without_version": 428,
    }
