"""A server that is away: writes are accepted, or refused within two seconds with a problem; then all catches up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.native.cluster import services
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import servers as named_servers
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.real.servers import RealServer, Servers, ours_to_kill
from tests.walks import world
from tests.walks.walker import Walker

pytestmark = [pytest.mark.xdist_group("real-away"), pytest.mark.timeout(300)]

LIMIT_S = 2.0


@pytest.fixture(scope="module")
async def walker(real: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Walker]:
    """The people of the small world at four processes over servers that will be taken away."""
    ours_to_kill(real)
    home = tmp_path_factory.mktemp("away")
    settings = Settings(
        _env_file=None, home=home, database_url=real.postgres.url, bus_url=real.kafka.url, files_url=real.files.url
    )
    async with services(settings, home / "services") as processes:
        with named_servers(settings) as running:
            await import_document(running, DirectoryDocument.model_validate(world.directory(settings.auth_issuer)))
        addresses = {name: process.url for name, process in processes.items()}
        async with Walker(addresses, DevelopmentIssuer(settings), patience_s=60) as walker:
            await walker.until(walker.mai_has_her_office)
            await walker.done("mai", "PUT", "nominations", f"/v1/nominations/{uuid4()}", world.draft())
            yield walker


async def ready(walker: Walker) -> dict[str, Any]:
    """What `/readyz` of the nominations process says."""
    root = walker.addresses["nominations"].removesuffix("/nominations")
    answer = await walker.http.get(f"{root}/readyz")
    report: dict[str, Any] = {"status": answer.status_code, **answer.json()["services"]["nominations"]}
    return report


async def post_draft(walker: Walker) -> tuple[httpx.Response, float]:
    """A write, and how long its answer took."""
    began = time.monotonic()
    answer = await walker.ask("mai", "PUT", "nominations", f"/v1/nominations/{uuid4()}", world.draft())
    return answer, time.monotonic() - began


async def back(walker: Walker, server: RealServer) -> None:
    """The server is started again, and the service says that it is ready."""
    await server.start()

    async def is_ready() -> bool:
        return bool((await ready(walker))["status"] == 200)

    await walker.until(is_ready)


async def test_without_the_database_a_write_is_refused_in_time_and_says_what_is_away(
    walker: Walker, real: Servers
) -> None:
    real.postgres.kill()

    answer, took_s = await post_draft(walker)
    report = await ready(walker)

    await back(walker, real.postgres)
    after, _ = await post_draft(walker)
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:lantoa:problem:unavailable"
    assert took_s < LIMIT_S
    assert (report["status"], report["database"], report["files"]) == (503, False, True)
    assert after.status_code == 201


async def test_a_database_that_stands_still_refuses_every_write_in_time(walker: Walker, real: Servers) -> None:
    """It keeps its connections and answers nothing, as on a machine that swaps or a disk that hangs."""
    await post_draft(walker)
    real.postgres.pause()
    try:
        answers = [await post_draft(walker), await post_draft(walker)]
        answers += await asyncio.gather(*(post_draft(walker) for _ in range(12)))
        report = await ready(walker)
    finally:
        real.postgres.resume()

    async def accepted() -> bool:
        return (await post_draft(walker))[0].status_code == 201

    await walker.until(accepted)
    assert {(answer.status_code, answer.json()["type"]) for answer, _ in answers} == {
        (503, "urn:lantoa:problem:unavailable")
    }
    assert max(took_s for _, took_s in answers) < LIMIT_S
    assert (report["status"], report["database"]) == (503, False)


async def test_without_the_broker_writes_are_accepted_and_their_facts_arrive_later(
    walker: Walker, real: Servers
) -> None:
    path = await walker.present()
    real.kafka.kill()

    answer, took_s = await post_draft(walker)
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    report = await ready(walker)

    await back(walker, real.kafka)
    nomination = await walker.read("mai", path)
    assert (await walker.shown(world.BODY, nomination))["title"] == nomination["title"]
    assert (answer.status_code, took_s < LIMIT_S) == (201, True)
    assert (report["status"], report["bus"], report["database"]) == (503, False, True)


async def test_without_storage_only_what_needs_it_is_refused_in_time(walker: Walker, real: Servers) -> None:
    announced = await walker.done(
        "mai",
        "POST",
        "nominations",
        "/v1/files",
        {"name": "a.pdf", "media_type": "application/pdf", "size_bytes": 9, "sha256": "0" * 64},
    )
    real.files.kill()

    began = time.monotonic()
    completion = await walker.ask("mai", "PUT", "nominations", f"/v1/files/{announced['id']}/completion")
    took_s = time.monotonic() - began
    answer, _ = await post_draft(walker)
    report = await ready(walker)

    await back(walker, real.files)
    assert (completion.status_code, completion.json()["type"]) == (503, "urn:lantoa:problem:unavailable")
    assert took_s < LIMIT_S
    assert answer.status_code == 201
    assert (report["status"], report["files"], report["database"]) == (503, False, True)
