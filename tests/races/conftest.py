"""Two processes of the product over a PostgreSQL server of their own, shared by the tests of this folder."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from deploy.native.servers import postgres_in
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import Servers as Databases
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.races import people
from tests.races.product import Product, caller, process


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this folder's processes keep what is theirs."""
    return tmp_path_factory.mktemp("races")


@pytest.fixture(scope="session")
async def server(home: Path) -> AsyncIterator[str]:
    """A server of its own: what is locked, set or killed here is in nobody's way."""
    found = await asyncio.to_thread(postgres_in, home)
    try:
        await found.start()
        yield found.url
    finally:
        found.kill()  # nothing of it is needed any more


@pytest.fixture(scope="session")
async def product(home: Path, server: str) -> AsyncIterator[Product]:
    """Both processes ready, with the people of the races in their offices everywhere."""
    settings = Settings(
        _env_file=None,
        home=home,
        database_url=server,
        files_url=(home / "files").as_uri(),
        secret_key=secrets.token_urlsafe(32),
    )
    issuer = DevelopmentIssuer(settings)
    issuer.keys()
    document = DirectoryDocument.model_validate(people.directory(settings.auth_issuer))
    both = [process(settings, name) for name in ("one", "other")]
    async with AsyncExitStack() as stack, caller() as http:
        for each in both:
            stack.callback(each.kill)
        await asyncio.gather(*(each.start() for each in both))  # each migrates: they begin with a race
        await import_document(Databases(settings, make_url(server)), document)
        found = Product(server, both, issuer, http)
        async with asyncio.timeout(50):
            while not await everybody_is_known(found):
                await asyncio.sleep(0.05)
        yield found


async def everybody_is_known(product: Product) -> bool:
    """The directory has arrived where it is needed."""
    asked = [("mai", "nominations"), ("duc", "nominations"), ("bao", "publicity")]
    answers = [await product.ask(who, "GET", f"/{service}/v1/me") for who, service in asked]
    return all(answer.is_success and answer.json()["offices"] for answer in answers)
