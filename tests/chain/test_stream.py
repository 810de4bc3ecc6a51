"""A reader of server-sent events misses nothing: it arrives, a reconnect goes on, a strange id is told so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.walks import world
from tests.walks.walker import Walker


@dataclass
class Heard:
    """What came so far: (id, event, data); and the last id, as a browser keeps it."""

    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    last_id: str = ""

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one kind."""
        return [data for _, event, data in self.events if event == kind]


@asynccontextmanager
async def listening(walker: Walker, last_event_id: str | None = None) -> AsyncIterator[Heard]:
    """Connected, and reading in the background."""
    heard, connected = Heard(), asyncio.Event()
    headers = {"last-event-id": last_event_id} if last_event_id else {}

    async def read() -> None:
        url = f"{walker.addresses['publicity']}/v1/events/stream"
        async with walker.http.stream("GET", url, headers=headers, timeout=30) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            connected.set()
            await _collect(answer.aiter_lines(), heard)

    task = asyncio.create_task(read())
    try:
        await asyncio.wait_for(connected.wait(), 10)
        await asyncio.sleep(0.5)  # from here on the reader stands at the end
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _collect(lines: AsyncIterator[str], heard: Heard) -> None:
    found: dict[str, str] = {}
    async for line in lines:
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            found[name] = value
        elif not line:
            heard.last_id = found.get("id", heard.last_id)
        if not line and "data" in found:
            heard.events.append((found.get("id", ""), found.get("event", ""), orjson.loads(found["data"])))
            found = {}


async def published(walker: Walker) -> dict[str, Any]:
    """A story approved and shown; gives the nomination."""
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    nomination = await walker.read("mai", path)
    item = await walker.shown(world.BODY, nomination)
    await sent(walker, item["id"])
    return nomination


async def sent(walker: Walker, item_id: str) -> None:
    """Shown is not yet sent: from here on its fact is behind the end of the stream."""

    async def there() -> bool:
        cursor, found = None, []
        while True:
            query = f"?after={cursor}" if cursor else ""
            page = await walker.done(None, "GET", "publicity", f"/v1/events{query}")
            found += [fact["subject"] for fact in page["events"]]
            cursor = page["next"]
            if not page["events"]:
                return item_id in found

    await walker.until(there)


def names(heard: Heard) -> list[str]:
    """Whose stories were published."""
    return [fact["data"]["subject_name"] for fact in heard.of("lantoa.item.published.v1")]


async def test_what_is_published_arrives_and_only_that(walker: Walker) -> None:
    await published(walker)
    async with listening(walker) as heard:
        nomination = await published(walker)

        async def arrived() -> bool:
            return bool(names(heard))

        await walker.until(arrived)

    assert names(heard) == [nomination["subject_name"]]
    ((event_id, kind, fact),) = heard.events
    assert (event_id, kind) == (fact["id"], fact["type"])


async def test_a_reconnect_goes_on_behind_the_last_event_and_misses_nothing(walker: Walker) -> None:
    async with listening(walker) as before:
        first = await published(walker)

        async def arrived() -> bool:
            return bool(before.events)

        await walker.until(arrived)
    second, third = await published(walker), await published(walker)

    async with listening(walker, before.events[-1][0]) as after:

        async def both() -> bool:
            return len(names(after)) == 2

        await walker.until(both)

    assert names(before) == [first["subject_name"]]
    assert names(after) == [second["subject_name"], third["subject_name"]]


async def test_a_reader_cut_off_before_his_first_event_misses_nothing(walker: Walker) -> None:
    async with listening(walker) as before:
        pass
    nomination = await published(walker)

    async with listening(walker, before.last_id) as after:

        async def arrived() -> bool:
            return bool(names(after))

        await walker.until(arrived)

    assert before.events == []
    assert names(after) == [nomination["subject_name"]]


@pytest.mark.parametrize("unknown", [str(uuid4()), "999999999999"], ids=["fact", "place beyond the end"])
async def test_an_id_that_is_not_kept_is_answered_with_reset_and_the_stream_goes_on(
    walker: Walker, unknown: str
) -> None:
    async with listening(walker, unknown) as heard:
        nomination = await published(walker)

        async def arrived() -> bool:
            return bool(names(heard))

        await walker.until(arrived)

    assert [event for _, event, _ in heard.events] == ["reset", "lantoa.item.published.v1"]
    assert all(event_id for event_id, _, _ in heard.events)  # a reader cut off after `reset` is not told so again
    assert names(heard) == [nomination["subject_name"]]


async def test_a_story_recalled_before_the_reader_came_back_is_an_envelope_without_content(walker: Walker) -> None:
    async with listening(walker) as before:
        await published(walker)

        async def arrived() -> bool:
            return bool(before.events)

        await walker.until(arrived)
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    nomination = await walker.read("mai", path)
    item = await walker.shown(world.BODY, nomination)
    consent = nomination["consents"][0]["id"]
    await walker.done("mai", "POST", "nominations", f"{path}/consents/{consent}/withdrawal")

    async def gone() -> bool:
        return (await walker.ask(None, "GET", "publicity", f"/v1/items/{item['id']}")).status_code == 410

    await walker.until(gone)
    async with listening(walker, before.events[-1][0]) as after:

        async def withdrawn() -> bool:
            return any(fact["subject"] == item["id"] for fact in after.of("lantoa.item.withdrawn.v1"))

        await walker.until(withdrawn)

    blanked = [fact for fact in after.of("lantoa.item.published.v1") if fact["subject"] == item["id"]]
    assert [fact["data"] for fact in blanked] == [None]
    assert nomination["subject_name"] not in str(after.events)
