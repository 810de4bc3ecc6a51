"""A new version comes while the one before it serves: migrations under load, then both versions side by side."""

from __future__ import annotations

import asyncio
import io
import secrets
import subprocess
import tarfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from deploy.native.cluster import migrate
from deploy.native.process import Server, ServerDidNotStart
from deploy.native.servers import postgres
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import SERVICES
from services.serving import Servers as Databases
from shared.auth.issuer import DevelopmentIssuer
from shared.migrations import APPLICATION
from shared.settings import Settings
from tests.races import people
from tests.races.conftest import everybody_is_known
from tests.races.product import Product, caller, process
from tests.races.state import agreed
from tests.real.servers import not_possible

pytestmark = [pytest.mark.xdist_group("real-upgrade"), pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ["shared/migrations/versions", *(f"services/{name}/migrations/versions" for name in SERVICES)]
CODE = ["services", "shared", "deploy"]
STEPS_BACK = 20
PATIENCE_S = 90
PAUSE_S = 0.05  # the machine is needed for two versions and their servers
LISTED = "{ items(first: 20) { edges { node { id title } } } }"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'"
TABLES = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"


def git(*arguments: str) -> bytes:
    """What git answers about this checkout; not possible where there is no history."""
    asked = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False, timeout=60)
    if asked.returncode or not asked.stdout:
        not_possible(f"no history here to take the version before from: git {arguments[0]}: {asked.stderr.decode()}")
    return asked.stdout


def versions_before() -> list[str]:
    """The commits before the newest migration came, the last of them first."""
    added = git("log", "-1", "--diff-filter=A", "--format=%H", "--", *MIGRATIONS).decode().strip()
    return git("log", f"-{STEPS_BACK}", "--format=%H", f"{added}^", "--", *CODE).decode().split()


async def started_before(settings: Settings) -> Server:
    """The version before at work. Now and then a commit holds only a part of what belongs together: not that one."""
    for commit in versions_before():
        folder = settings.home / "code" / commit
        with tarfile.open(fileobj=io.BytesIO(git("archive", commit, *CODE))) as files:
            files.extractall(folder, filter="data")
        server = process(settings, f"before-{commit[:8]}", code=folder)
        with suppress(ServerDidNotStart):
            await server.start()
            return server
    raise LookupError(f"none of the {STEPS_BACK} commits before the newest migration starts")


@dataclass
class Load:
    """People at work all the time; `done` are the nominations that were approved, `calls` all that was answered."""

    product: Product
    done: list[str] = field(default_factory=list)
    calls: int = 0

    async def present_and_approve(self) -> None:
        """One nomination after another. Any refusal at all ends the test."""
        while True:
            id_, version = await self.product.in_review()
            approval = f"/nominations/v1/nominations/{id_}/approval"
            await self.product.done("an", "POST", approval, {"recommend": False}, version=version)
            self.done.append(id_)
            self.calls += 5
            await asyncio.sleep(PAUSE_S)

    async def read(self) -> None:
        """What a reviewer's list and a portal ask again and again."""
        while True:
            await self.product.done("binh", "GET", "/nominations/v1/nominations?view=waiting")
            answer = await self.product.done("an", "POST", "/publicity/graphql", {"query": LISTED})
            assert "errors" not in answer.json(), answer.text
            self.calls += 2
            await asyncio.sleep(PAUSE_S)

    async def until_more(self, *, done: int = 0, calls: int = 0) -> None:
        """So much more was answered."""
        wanted = (len(self.done) + done, self.calls + calls)
        async with asyncio.timeout(PATIENCE_S):
            while (len(self.done), self.calls) < wanted or self.calls < wanted[1]:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def under_load(product: Product) -> AsyncIterator[Load]:
    """While the block lasts; what went wrong for anybody is raised in it."""
    load = Load(product)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(load.present_and_approve()) for _ in range(2)]
        tasks.append(group.create_task(load.read()))
        yield load
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def a_report_reads_everything(product: Product) -> AsyncIterator[None]:
    """A transaction that has looked at every table and does not end: what must alter one has to wait."""
    async with AsyncExitStack() as stack:
        for service in SERVICES:
            connection = await asyncpg.connect(product.database(service))
            stack.push_async_callback(connection.close)
            await connection.execute("BEGIN")
            await connection.execute(f"LOCK TABLE {await connection.fetchval(TABLES)} IN ACCESS SHARE MODE")
        yield


async def until_it_waits(product: Product, migrating: asyncio.Task[None]) -> None:
    """The migration stands before a table, or needed none of those that are in use and is done."""
    async with asyncio.timeout(PATIENCE_S):
        while not migrating.done() and await product.rows("plans", WAITING, APPLICATION) == [(0,)]:
            await asyncio.sleep(0.02)


async def revisions(product: Product) -> list[set[str]]:
    """Where each database's schema stands."""
    stand = [await product.rows(service, "SELECT version_num FROM alembic_version") for service in SERVICES]
    return [{revision for (revision,) in rows} for rows in stand]


async def test_the_version_before_serves_while_its_databases_are_migrated_and_beside_the_new_one(
    tmp_path: Path,
) -> None:
    """A report that lasts is in the way of the migration: whoever waits for it must let the others pass."""
    async with AsyncExitStack() as stack, postgres(tmp_path) as server, caller() as http:
        settings = Settings(
            _env_file=None,
            home=tmp_path,
            database_url=server.url,
            files_url=(tmp_path / "files").as_uri(),
            secret_key=secrets.token_urlsafe(32),
        )
        issuer = DevelopmentIssuer(settings)
        issuer.keys()
        old, new = await started_before(settings), process(settings, "new")
        stack.callback(old.kill)
        stack.callback(new.kill)
        product = Product(server.url, [old], issuer, http)
        document = DirectoryDocument.model_validate(people.directory(settings.auth_issuer))
        await import_document(Databases(settings, make_url(server.url)), document)
        async with asyncio.timeout(PATIENCE_S):
            while not await everybody_is_known(product):
                await asyncio.sleep(0.1)
        before = await revisions(product)

        async with under_load(product) as load:
            await load.until_more(done=2)
            async with a_report_reads_everything(product):
                migrating = asyncio.create_task(migrate(settings))
                await until_it_waits(product, migrating)
                await load.until_more(calls=30)
            await migrating
            after = await revisions(product)
            await load.until_more(done=2)
            await new.start()
            product.processes.append(new)
            await load.until_more(done=4)
            product.processes.remove(old)
            await load.until_more(done=2)
        for id_ in load.done:
            await agreed(product, id_)

    assert (before != after, [len(heads) for heads in after]) == (True, [2] * len(SERVICES))
