"""What a service lost of the others' state comes back whole when they tell it anew, and nobody outside hears of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from services.commands.operator import as_it_runs
from services.serving import SERVICES, Servers
from shared.db import Database, connect
from shared.road import representing
from tests.walks import world
from tests.walks.walker import Walker
from tests.walks.whole import walk

# What a service keeps of the others', and the columns that are its own business.
COPIES: dict[str, dict[str, tuple[str, ...]]] = {
    "plans": {"presentations": ()},
    "nominations": {
        "organisations": ("version",),
        "organisation_names": ("id",),
        "organisation_edges": ("id",),
        "offices": ("version",),
        "plans": (),
        "obligations": (),
        "extensions": (),
        "movements": (),
        "items": (),
    },
    "publicity": {"channels": (), "movements": (), "offices": ("version",)},
    "notifications": {"organisation_names": ("id",), "offices": ("version",)},
}


@pytest.fixture(scope="module")
async def databases(product: Servers) -> Any:
    """A connection of the test's own to each service's database."""
    found = {name: connect(product.database_url(name), application="test") for name in SERVICES}
    yield found
    await asyncio.gather(*(database.close() for database in found.values()))


async def kept(databases: Mapping[str, Database]) -> dict[str, list[str]]:
    """Every row of every copy, in an order of its own."""
    found = {}
    for service, tables in COPIES.items():
        async with databases[service].engine.connect() as connection:
            for table, aside in tables.items():
                without = "".join(f" - '{column}'" for column in aside)
                own = " WHERE NOT built_in" if table == "channels" else ""
                statement = text(f"SELECT (to_jsonb(t){without})::text FROM {table} t{own} ORDER BY 1")
                found[f"{service}.{table}"] = list(await connection.scalars(statement))
    return found


def difference(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Any]:
    """What is missing now, or was not there before, by copy; a presentation is named by its standing."""
    changed = {name: set(map(told, before[name])) ^ set(map(told, after[name])) for name in before}
    return {name: {json.loads(row).get("standing", row) for row in rows} for name, rows in changed.items() if rows}


def told(row: str) -> str:
    """Of a story that is gone nothing is told but that: where and since when it stood was its own."""
    said = json.loads(row)
    if said.get("state") == "gone":
        said |= {"placements": None, "published_at": None}
    return json.dumps(said, sort_keys=True)


# A nomination that does not count is told only as that: who lost it need not learn what it was.
SET_ASIDE = {"plans.presentations": {"returned", "withdrawn"}}


async def lose(databases: Mapping[str, Database], service: str, *tables: str) -> None:
    """What the service kept of the others, and that it ever heard them, is gone."""
    async with databases[service].engine.begin() as connection:
        for table in (*tables, "inbox", "parked"):
            await connection.execute(text(f"DELETE FROM {table}"))


async def told_outside(databases: Mapping[str, Database]) -> tuple[Any, ...]:
    """How many messages and deliveries there are."""
    async with databases["notifications"].engine.connect() as connection:
        counts = await connection.execute(
            text("SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM deliveries)")
        )
        return tuple(counts.one())


async def quiet(databases: Mapping[str, Database]) -> None:
    """Everything recorded has been sent, and so, on this bus, handled."""
    for database in databases.values():
        async with asyncio.timeout(30), database.engine.connect() as connection:
            while await connection.scalar(text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")):
                await connection.rollback()
                await asyncio.sleep(0.05)


async def represent(product: Servers, databases: Mapping[str, Database], *producers: str) -> dict[str, int]:
    """What the command does, while the product runs."""
    counts: dict[str, int] = {}
    for producer in producers:
        kinds = as_it_runs(producer, product.settings, databases[producer]).state.represents
        counts |= await representing.represent(databases[producer], kinds)
    return counts


@pytest.fixture(scope="module")
async def lived(walker: Walker, product: Servers, databases: Mapping[str, Database]) -> dict[str, Any]:
    """Nominations in every standing that somebody else keeps: shown, recalled, returned, withdrawn, declined."""
    await walk(walker)
    duty = await walker.duty(states=("fulfilled", "open"))
    shown = await walker.present()
    await walker.act("vinh", "nominations", shown, "take-up")
    await walker.act("an", "nominations", shown, "approval", {"recommend": True})
    returned = await walker.present()
    await walker.act("vinh", "nominations", returned, "take-up")
    await walker.act("vinh", "nominations", returned, "return", {"fields": [{"field": "summary", "remark": "Nêu số."}]})
    withdrawn = await walker.present()
    await walker.act("mai", "nominations", withdrawn, "withdrawal")
    declined = await walker.present()
    await walker.act("vinh", "nominations", declined, "take-up")
    await walker.act("an", "nominations", declined, "decline", {"reason": "Chưa đủ minh chứng."})
    nomination = await walker.read("mai", shown)
    await walker.shown(world.BODY, nomination)
    await quiet(databases)
    return {"duty": duty, "shown": nomination}


async def test_every_copy_is_as_it_was_and_nobody_gets_a_message(
    lived: dict[str, Any], product: Servers, databases: Mapping[str, Database]
) -> None:
    before, outside = await kept(databases), await told_outside(databases)
    assert all(before[name] for name in before if name.partition(".")[2] not in {"extensions", "movements"})
    await lose(databases, "plans", "presentations")
    await lose(databases, "nominations", *COPIES["nominations"])
    await lose(databases, "notifications", "organisations", *COPIES["notifications"])

    await represent(product, databases, "plans", "nominations", "publicity")
    await quiet(databases)

    assert difference(before, await kept(databases)) == SET_ASIDE
    assert await told_outside(databases) == outside


async def test_told_again_it_changes_nothing_at_all(
    lived: dict[str, Any], product: Servers, databases: Mapping[str, Database]
) -> None:
    before, outside = await kept(databases), await told_outside(databases)
    async with databases["publicity"].engine.connect() as connection:
        items = list(await connection.scalars(text("SELECT to_jsonb(i)::text FROM items i ORDER BY 1")))
    async with databases["plans"].engine.connect() as connection:
        duties = list(await connection.scalars(text("SELECT to_jsonb(d)::text FROM duties d ORDER BY 1")))

    counts = await represent(product, databases, "plans", "nominations", "publicity", "notifications")
    await quiet(databases)

    async with databases["publicity"].engine.connect() as connection:
        assert list(await connection.scalars(text("SELECT to_jsonb(i)::text FROM items i ORDER BY 1"))) == items
    async with databases["plans"].engine.connect() as connection:
        assert list(await connection.scalars(text("SELECT to_jsonb(d)::text FROM duties d ORDER BY 1"))) == duties
    assert counts == {"organisation": 6, "office": 8, "movement": 0, "channel": 3, "plan": 1, "duty": 0} | {
        "nomination": 5,
        "item": 3,
    }
    assert difference(before, await kept(databases)) == {}
    assert await told_outside(databases) == outside


async def test_a_portal_that_lost_everything_shows_again_what_may_be_shown(
    lived: dict[str, Any], product: Servers, databases: Mapping[str, Database], walker: Walker
) -> None:
    lost = ("pictures", "placements", "editions", "releases", "withdrawals", "items", *COPIES["publicity"])
    before = await walker.shown(world.BODY, lived["shown"])
    await lose(databases, "publicity", *lost, "organisation_names", "organisation_edges", "organisations")

    await represent(product, databases, "plans")  # first whose channels there are: a story goes where they stand
    await quiet(databases)
    await represent(product, databases, "nominations")
    await quiet(databases)

    async with databases["publicity"].engine.connect() as connection:
        states = await connection.scalars(text("SELECT state FROM items"))
        assert sorted(states) == ["published"]
    assert await walker.shown(world.BODY, lived["shown"]) == before


async def test_and_the_next_story_takes_the_usual_way(
    lived: dict[str, Any], walker: Walker, databases: Mapping[str, Database]
) -> None:
    await walk(walker)
    await quiet(databases)

    async with databases["nominations"].engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM given_up")) == 0
