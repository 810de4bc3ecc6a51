"""Portals and newsrooms: over server-sent events, catch-up reads and the graph; each writes down what it was told."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from tests.real.chaos.journal import Journal
from tests.real.chaos.stage import Stage

SILENCE_S = 20.0  # the stream says something every fifteen
CATCH_UP_EVERY_S = 0.7
PORTAL_EVERY_S = 1.0
ITEMS = """query($after: String) { items(first: 100, after: $after) {
  edges { node { id title } } pageInfo { hasNextPage endCursor } } }"""


def content(data: Any) -> str | None:
    """A short name of a content; None of none."""
    return None if data is None else hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


async def follow_stream(stage: Stage, journal: Journal) -> None:
    """Reconnects with `Last-Event-ID` for ever, now to one process, now to the other."""
    last: str | None = None
    for replica in itertools.cycle(stage.of("publicity")):
        headers = {"last-event-id": last} if last else {}
        limits = httpx.Timeout(5, read=SILENCE_S)
        try:
            async with (
                httpx.AsyncClient(timeout=limits, trust_env=False) as http,
                http.stream("GET", f"{replica.url}/v1/events/stream", headers=headers) as answer,
            ):
                answer.raise_for_status()
                async for name, event_id, data in _events(answer):
                    last = event_id or last
                    if data:
                        told = content(json.loads(data).get("data"))
                        journal.write("sse", event=name, id=event_id, content=told, by=replica.name)
        except httpx.HTTPError:
            await asyncio.sleep(0.3)


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, str | None, str]]:
    """As the HTML standard reads them: fields until an empty line; one cut off is none, one may be an id only."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        else:
            yield fields.get("event", "message"), fields.get("id"), fields.get("data", "")
            fields = {}


async def catch_up(stage: Stage, journal: Journal) -> None:
    """Reads on from its cursor, again and again, from the very beginning."""
    cursor: str | None = None
    async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
        for replica in itertools.cycle(stage.of("publicity")):
            try:
                answer = await http.get(f"{replica.url}/v1/events", params={"after": cursor} if cursor else {})
                answer.raise_for_status()
            except httpx.HTTPStatusError as error:
                if error.response.status_code < 500:
                    journal.write("wrong", what="catch-up refused", status=error.response.status_code, about="")
                await asyncio.sleep(0.3)
                continue
            except httpx.HTTPError:
                await asyncio.sleep(0.3)
                continue
            page = answer.json()
            for fact in page["events"]:
                journal.write("caught_up", id=fact["id"], content=content(fact["data"]), by=replica.name)
            cursor = page["next"]
            if not page["events"]:
                await asyncio.sleep(CATCH_UP_EVERY_S)


async def watch_portal(stage: Stage, journal: Journal) -> None:
    """What a portal shows: every item of the graph, page by page. Pages are read at different moments."""
    async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
        for replica in itertools.cycle(stage.of("publicity")):
            began = time.time()
            try:
                shown = await read_portal(http, replica.url)
            except (httpx.HTTPError, KeyError, TypeError):  # away, or an answer of errors only
                await asyncio.sleep(0.5)
                continue
            journal.write("portal", began=began, shown=shown, by=replica.name)
            await asyncio.sleep(PORTAL_EVERY_S)


async def read_portal(http: httpx.AsyncClient, url: str) -> dict[str, str]:
    """Title by id."""
    shown: dict[str, str] = {}
    after: str | None = None
    while True:
        answer = await http.post(f"{url}/graphql", json={"query": ITEMS, "variables": {"after": after}})
        answer.raise_for_status()
        found = answer.json()["data"]["items"]
        shown |= {edge["node"]["id"]: edge["node"]["title"] for edge in found["edges"]}
        if not found["pageInfo"]["hasNextPage"]:
            return shown
        after = found["pageInfo"]["endCursor"]
