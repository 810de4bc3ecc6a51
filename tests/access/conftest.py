"""The product in this process with the scene in its databases, and then its doors with nothing at work behind them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.commands.directory import import_document
from services.commands.serve import prepare
from services.plans.schemas import DirectoryDocument
from services.publicity.pages.paper import STYLE_NAME
from services.serving import SERVICES, Servers, serving
from shared.auth.issuer import DevelopmentIssuer
from shared.db import connect
from shared.files.store import open_store
from shared.settings import Settings
from tests.access import people
from tests.access.scene import PDF, Ids, Patient, Scene
from tests.chain.conftest import free_port


@dataclass(frozen=True)
class World:
    """The databases and settings of the scene, and the ids of what is in it."""

    running: Servers
    issuer: DevelopmentIssuer
    ids: Ids


def _links(running: Servers, ids: Ids) -> Ids:
    """Signed tickets for a file that is there and a form for one that is not, and the page of the person concerned."""
    store, found = open_store(running.settings), {"style": f"/p/{STYLE_NAME}"}
    for service, file in (("plans", "plan_file"), ("nominations", "evidence"), ("publicity", "picture")):
        key = f"{'plans' if service == 'plans' else 'nominations'}/{ids[file]}"
        link = store.link(key, name="tep", media_type="application/pdf", public_base="")
        form = store.upload_form(
            f"{service}/{uuid4()}",
            media_type="application/pdf",
            size_bytes=len(PDF),
            sha256=hashlib.sha256(PDF).hexdigest(),
            public_base="",
        )
        found |= {f"{service}_link": link.rpartition("/")[2], f"{service}_form": form.url.rpartition("/")[2]}
    return found


async def _offices(running: Servers) -> Ids:
    """Everybody's present office, by the person."""
    database = connect(running.database_url("plans"), application="access")
    async with database.engine.connect() as connection:
        rows = (
            await connection.execute(
                text("SELECT person_id, id FROM offices WHERE to_on IS NULL AND from_on <= current_date")
            )
        ).all()
    await database.close()
    return {f"office of {person}": str(office) for person, office in rows}


@pytest.fixture(scope="session")
async def world(postgres: URL, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Made once, through the doors, by the people concerned; nothing is running any more when it is given."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    names = {service: f"access_{service}_{worker}" for service in SERVICES}
    urls = {
        f"{service}_database_url": postgres.set(database=name).render_as_string(hide_password=False)
        for service, name in names.items()
    }
    home: Path = tmp_path_factory.mktemp("access")
    plain = Settings(_env_file=None, home=home, port=free_port(), allow_private_webhooks=True)
    running = Servers(plain.model_copy(update=urls), postgres)
    issuer = DevelopmentIssuer(running.settings)
    await prepare(running, SERVICES)
    await import_document(running, DirectoryDocument.model_validate(people.directory(issuer.issuer)))
    async with serving(running, SERVICES) as addresses, Patient(addresses, issuer, patience_s=60) as walker:
        ids = await Scene(walker, issuer).make()
    ids |= _links(running, ids) | await _offices(running)
    yield World(running, issuer, ids)
    server = postgres.set(drivername="postgresql+asyncpg", database="postgres")
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        for name in names.values():
            await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await engine.dispose()
