"""The walk over Kafka, MinIO and PostgreSQL, each service its own process; killed in the middle, and caught up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from deploy.native.cluster import NAMES, services
from deploy.native.process import Server
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import servers as named_servers
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.real.servers import Servers, ours_to_kill
from tests.walks import world
from tests.walks.walker import Walker
from tests.walks.whole import walk

pytestmark = [pytest.mark.xdist_group("real-walk"), pytest.mark.timeout(300)]


@dataclass
class Product:
    """Four processes and the people at their doors."""

    processes: dict[str, Server]
    walker: Walker


@pytest.fixture(scope="module")
async def product(real: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Every service in a process of its own over the real servers, with the small directory in it."""
    home = tmp_path_factory.mktemp("walk")
    settings = Settings(
        _env_file=None,
        home=home,
        database_url=real.postgres.url,
        bus_url=real.kafka.url,
        files_url=real.files.url,
        allow_private_webhooks=True,
    )
    async with services(settings, home / "services") as processes:
        document = DirectoryDocument.model_validate(world.directory(settings.auth_issuer))
        with named_servers(settings) as running:
            await import_document(running, document)
        addresses = {name: process.url for name, process in processes.items()}
        async with Walker(addresses, DevelopmentIssuer(settings), patience_s=90) as walker:
            await walker.until(walker.mai_has_her_office)
            yield Product(processes, walker)


async def test_the_walk_over_kafka_and_object_storage(product: Product) -> None:
    await walk(product.walker)


@pytest.mark.parametrize("victim", NAMES)
async def test_a_service_killed_after_each_step_catches_up(product: Product, victim: str) -> None:
    process = product.processes[victim]

    async def killed_and_started(step: str) -> None:
        process.kill()
        await process.start()

    await walk(product.walker, killed_and_started)


async def test_decisions_are_taken_while_kafka_is_away_and_their_effects_follow(
    product: Product, real: Servers
) -> None:
    ours_to_kill(real)
    walker = product.walker
    path = await walker.present()

    real.kafka.kill()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    await real.kafka.start()

    nomination = await walker.read("mai", path)
    assert (await walker.shown(world.BODY, nomination))["title"] == nomination["title"]
