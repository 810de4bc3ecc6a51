"""The people at work: several at once, at a bounded pace, and an editor who confirms what waits at his desk."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import servers as named_servers
from tests.real.chaos.client import Change, Client, GivenUp, Refused
from tests.real.chaos.life import Nomination, live
from tests.real.chaos.stage import Stage
from tests.walks import world

WORKERS = 8
DESK_EVERY_S = 1.5
READY_LIMIT_S = 240.0


async def furnish(stage: Stage, client: Client) -> dict[str, Any]:
    """The directory, a plan, and one item on the portal, before anything breaks; gives the plan's terms."""
    async with asyncio.timeout(READY_LIMIT_S):
        await _import_directory(stage)
        for who, service in (("mai", "nominations"), ("bich", "publicity")):
            await _holds_office(client, who, service)
        await client.make(Change("ha", "PUT", "plans", f"/v1/plans/{world.PLAN}", "plan", "", world.plan()))
        issue = Change("ha", "POST", "plans", f"/v1/plans/{world.PLAN}/issue", "issue", "", version=1)
        await client.make(issue)
        path = f"/v1/duties?organisation_id={world.body_id(world.UNIT)}"
        while not (duties := (await client.read("mai", "plans", path)).json()["items"]):
            await asyncio.sleep(0.2)
        terms = {
            "plan_id": str(world.PLAN),
            "obligation_id": str(world.OBLIGATION),
            "period_key": duties[0]["period_key"],
        }
        first = Nomination(client, client.rng, "0198c0de-0000-7000-8000-00000000c0de", terms)
        await first.draft()
        await first.present()
        await first.decide("vinh", "an", recommend=False, decline=False)
        while not (await client.read(None, "publicity", "/v1/items")).json()["items"]:
            await asyncio.sleep(0.2)
    return terms


async def _import_directory(stage: Stage) -> None:
    """As an operator would, and would again on a machine that is too busy to answer in time."""
    document = DirectoryDocument.model_validate(world.directory(stage.settings.auth_issuer))
    while True:
        try:
            with named_servers(stage.settings) as running:
                await import_document(running, document)
            return
        except (OSError, TimeoutError):
            await asyncio.sleep(1)


async def _holds_office(client: Client, who: str, service: str) -> None:
    while not (await client.read(who, service, "/v1/me")).json().get("offices"):
        await asyncio.sleep(0.2)


async def work(client: Client, terms: dict[str, Any], stop: asyncio.Event) -> None:
    """Until `stop`; whoever has begun a nomination finishes it."""
    seeds = [client.rng.random() for _ in range(WORKERS)]
    people = [asyncio.create_task(_worker(client, terms, stop, rng=random.Random(seed))) for seed in seeds]
    people.append(asyncio.create_task(_desk(client, stop)))
    try:
        await asyncio.gather(*people)
    finally:
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)


async def _worker(client: Client, terms: dict[str, Any], stop: asyncio.Event, *, rng: random.Random) -> None:
    while not stop.is_set():
        try:
            await live(client, rng, terms)
        except Refused:
            continue  # written down; the checker judges it
        except GivenUp:
            return


async def _desk(client: Client, stop: asyncio.Event) -> None:
    """The newspaper's editor; an item may be recalled while he confirms it."""
    while not stop.is_set():
        try:
            page = (await client.read("bich", "publicity", "/v1/desk/items?limit=20")).json()
            for item in page["items"]:
                await _confirm(client, item)
        except GivenUp:
            return
        await asyncio.sleep(DESK_EVERY_S)


async def _confirm(client: Client, item: dict[str, Any]) -> None:
    for place in item["placements"]:
        if place["state"] == "pending":
            path = f"/v1/items/{item['id']}/placements/{place['channel_id']}"
            change = Change("bich", "POST", "publicity", path, "place", item["nomination_id"], version=item["version"])
            try:
                await client.make(change)
            except Refused:
                return
