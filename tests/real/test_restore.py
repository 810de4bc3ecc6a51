"""An old dump of publicity's database is restored: its numbers go on above all it gave, and every story is back."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from deploy.native.cluster import environment, services
from deploy.native.process import Server
from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import Servers as Named
from services.serving import servers as named_servers
from shared.auth.issuer import DevelopmentIssuer
from shared.db import Database, connect
from shared.settings import Settings
from tests.real.servers import Servers
from tests.walks import world
from tests.walks.walker import Json, Walker

pytestmark = [pytest.mark.xdist_group("real-restore"), pytest.mark.timeout(300)]

DATABASE, DUMP = "lantoa_publicity", "lantoa_publicity_dump"


@dataclass
class Product:
    """Four processes, the people at their doors, and the operator."""

    settings: Settings
    named: Named
    publicity: Server
    walker: Walker

    async def typed(self, *arguments: str) -> tuple[int, str]:
        """A command of `lantoa`: its exit code and what it said on stdout."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services", *arguments),
            env={**os.environ, **environment(self.settings, 8000), "COLUMNS": "300"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await asyncio.wait_for(process.communicate(), 120)
        return process.returncode or 0, (said or complained).decode()

    async def server(self, *statements: str) -> None:
        """What the database's administrator does."""
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    def database(self, service: str) -> Database:
        """A connection of the test's own."""
        return connect(self.named.database_url(service), application="test")


@pytest.fixture(scope="module")
async def product(real: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Every service in a process of its own over the real servers, with the small directory in it."""
    home = tmp_path_factory.mktemp("restore")
    settings = Settings(
        _env_file=None, home=home, database_url=real.postgres.url, bus_url=real.kafka.url, files_url=real.files.url
    )
    async with services(settings, home / "services") as processes:
        document = DirectoryDocument.model_validate(world.directory(settings.auth_issuer))
        with named_servers(settings) as running:
            await import_document(running, document)
            addresses = {name: process.url for name, process in processes.items()}
            async with Walker(addresses, DevelopmentIssuer(settings), patience_s=90) as walker:
                await walker.until(walker.mai_has_her_office)
                yield Product(settings, running, processes["publicity"], walker)


async def approved(walker: Walker, *, recommend: bool) -> tuple[str, Json]:
    """A story that its first station lets be shown, on that station's portal; its path and itself."""
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": recommend})
    nomination = await walker.read("mai", path)
    await walker.shown(world.BODY, nomination)
    return path, nomination


async def recalled(walker: Walker, path: str, nomination: Json) -> str:
    """The person takes the consent back; gives the id of the item that is gone."""
    item = await walker.shown(world.BODY, nomination)
    (consent,) = (await walker.read("mai", path))["consents"]
    await walker.done("mai", "POST", "nominations", f"{path}/consents/{consent['id']}/withdrawal")

    async def gone() -> bool:
        return (await walker.ask(None, "GET", "publicity", f"/v1/items/{item['id']}")).status_code == 410

    await walker.until(gone)
    return str(item["id"])


async def newest(walker: Walker) -> str:
    """Where a newsroom that has read everything stands."""
    page = await walker.done(None, "GET", "publicity", "/v1/events?limit=100")
    return str(page["next"])


async def a_minute_passes(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE parked SET parked_at = parked_at - interval '61 seconds'"))


async def numbers(database: Database, statement: str) -> dict[Any, Any]:
    async with database.engine.connect() as connection:
        return {row[0]: row[1] for row in await connection.execute(text(statement))}


@dataclass
class Lost:
    """What happened after the dump: a story went up, one is new, one is gone; and how far a newsroom had read."""

    before: Json
    after: Json
    above: str
    item_after: str
    gone: str
    read_to: str


async def live_on(product: Product) -> Lost:
    """A story before the dump, the dump, and what comes after it."""
    walker = product.walker
    path, before = await approved(walker, recommend=True)
    product.publicity.kill()
    await product.server(f"DROP DATABASE IF EXISTS {DUMP}", f"CREATE DATABASE {DUMP} TEMPLATE {DATABASE}")
    await product.publicity.start()
    await walker.act("tren", "nominations", path, "take-up")
    await walker.act("tren", "nominations", path, "approval", {"recommend": False})
    above = await walker.shown(world.ABOVE, before)
    _, after = await approved(walker, recommend=False)
    item_after = await walker.shown(world.BODY, after)
    gone = await recalled(walker, *await approved(walker, recommend=False))
    return Lost(before, after, above["id"], item_after["id"], gone, await newest(walker))


async def restore(product: Product) -> Json:
    """The old dump instead of the database, and what `resume` finds, which a running service refuses to be asked."""
    while_running, why = await product.typed("events", "resume", "publicity")
    product.publicity.kill()
    await product.server(f"DROP DATABASE {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE} TEMPLATE {DUMP}")
    code, said = await product.typed("events", "resume", "publicity", "--json")
    await product.publicity.start()
    assert (while_running, "đang chạy" in why) == (1, True)
    assert code == 0, said
    return {one["aggregate_id"]: one for one in json.loads(said)["unknown"]}


async def told_anew(product: Product, publicity: Database) -> None:
    """Nominations tells its state; the keys that publicity knew wait a minute for what will not come."""
    code, said = await product.typed("events", "represent", "nominations")
    assert code == 0, said

    async def the_gap_stands() -> bool:
        return bool(await numbers(publicity, "SELECT aggregate_id, sequence FROM parked"))

    await product.walker.until(the_gap_stands)
    await a_minute_passes(publicity)


async def test_after_an_old_dump_is_restored_numbers_go_on_and_every_story_is_back(product: Product) -> None:
    walker, publicity, nominations = product.walker, product.database("publicity"), product.database("nominations")
    lost = await live_on(product)
    own = await walker.shown(world.BODY, lost.before)

    unknown = await restore(product)
    await told_anew(product, publicity)
    back = [await walker.shown(world.ABOVE, lost.before), await walker.shown(world.BODY, lost.after)]

    assert unknown.keys() == {lost.above, lost.item_after, lost.gone}
    assert unknown[lost.gone]["latest"] == "lantoa.item.withdrawn.v1"
    assert {one["known"] for one in unknown.values()} == {0}
    assert [item["id"] for item in back] == [lost.above, lost.item_after]
    assert (await walker.ask(None, "GET", "publicity", f"/v1/items/{lost.gone}")).status_code in {404, 410}
    await nominations_knows_them(product, publicity, nominations)
    assert await numbers(nominations, "SELECT id::text, state FROM items") == {
        **dict.fromkeys((lost.above, lost.item_after, own["id"]), "published"),
        lost.gone: "gone",
    }
    await reads_the_state_again(walker, lost)
    await asyncio.gather(publicity.close(), nominations.close())


async def nominations_knows_them(product: Product, publicity: Database, nominations: Database) -> None:
    """Every number that publicity has given out since, above all that it gave before, was heard."""

    async def heard() -> bool:
        given = await numbers(publicity, "SELECT aggregate_id, last FROM sequences")
        inbox = "SELECT aggregate_id, last FROM inbox WHERE producer = 'publicity' AND last > 0"
        return given == await numbers(nominations, inbox)

    await product.walker.until(heard)


async def reads_the_state_again(walker: Walker, lost: Lost) -> None:
    """A newsroom's position is too old, for what it would miss is lost; from the beginning it finds the stories."""
    too_old = await walker.ask(None, "GET", "publicity", f"/v1/events?after={lost.read_to}")
    told = await walker.done(None, "GET", "publicity", "/v1/events")

    assert (too_old.status_code, too_old.json()["type"]) == (410, "urn:lantoa:problem:cursor-too-old")
    assert {lost.above, lost.item_after} <= {one["subject"] for one in told["events"]}


async def test_resuming_again_finds_nothing_to_raise(product: Product) -> None:
    product.publicity.kill()

    code, said = await product.typed("events", "resume", "publicity", "--json")
    await product.publicity.start()

    assert (code, json.loads(said)) == (0, {"renumbered": 0, "unknown": []})
