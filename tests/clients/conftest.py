"""The product for the clients: native Kafka, MinIO and PostgreSQL, one process a service, the people of the walks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from deploy.native.cluster import services
from deploy.native.process import Server
from deploy.native.servers import free_ports
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import servers as named_servers
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.real.servers import Servers, real_servers
from tests.walks import world
from tests.walks.walker import Walker


@dataclass(frozen=True)
class Product:
    """Four processes over real servers; `portal_port` is where a portal's pages, which may call us, come from."""

    servers: Servers
    processes: dict[str, Server]
    walker: Walker
    portal_port: int


@pytest.fixture(scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Started once for all clients, with the small directory in it."""
    home = tmp_path_factory.mktemp("clients")
    (portal_port,) = free_ports(1)
    async with real_servers(home) as real:
        settings = Settings(
            _env_file=None,
            home=home,
            database_url=real.postgres.url,
            bus_url=real.kafka.url,
            files_url=real.files.url,
            allow_private_webhooks=True,
            cors_origins=[f"http://127.0.0.1:{portal_port}"],
        )
        async with services(settings, home / "services") as processes:
            document = DirectoryDocument.model_validate(world.directory(settings.auth_issuer))
            with named_servers(settings) as running:
                await import_document(running, document)
            addresses = {name: process.url for name, process in processes.items()}
            async with Walker(addresses, DevelopmentIssuer(settings), patience_s=60) as walker:
                await walker.until(walker.mai_has_her_office)
                yield Product(real, processes, walker, portal_port)


@pytest.fixture(scope="session")
def walker(product: Product) -> Walker:
    """The people at the doors."""
    return product.walker
