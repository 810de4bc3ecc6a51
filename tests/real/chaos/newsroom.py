"""A newsroom's webhook receiver: real HTTP, mostly quick, sometimes slow, sometimes not able the first time."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from standardwebhooks import Webhook, WebhookVerificationError

from tests.real.chaos.client import Client, Refused
from tests.real.chaos.journal import Journal
from tests.real.chaos.listeners import content

EVENTS = [f"lantoa.item.{past}.v1" for past in ("published", "corrected", "withdrawn", "placement_confirmed")]
ENDPOINT = "0198c0de-0000-7000-8000-00000000cafe"
NOT_ABLE, SLOW = 0.08, 0.05
SLOW_S = 2.0
REQUEST_LIMIT_S = 15.0
ASKED_AT_MOST = 100


@dataclass
class Newsroom:
    """Writes down every request with its answer; `secret` is what signatures are checked with."""

    journal: Journal
    rng: random.Random
    port: int = 0
    secret: str = ""
    _tries: Counter[str] = field(default_factory=Counter)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        try:
            async with asyncio.timeout(REQUEST_LIMIT_S):
                await self._one(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")[1:]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        name = headers["webhook-id"]
        self._tries[name] += 1
        status = 204
        if self._tries[name] == 1 and self.rng.random() < NOT_ABLE:
            status = 500
        elif self.rng.random() < SLOW:
            await asyncio.sleep(SLOW_S)
        fact = json.loads(body)
        self.journal.write(
            "webhook",
            id=name,
            status=status,
            genuine=self._genuine(body, headers),
            aggregate=fact["subject"],
            sequence=int(fact["sequence"]),
            content=content(fact["data"]),
        )
        writer.write(f"HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()

    def _genuine(self, body: bytes, headers: dict[str, str]) -> bool:
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            return False
        return True


@asynccontextmanager
async def newsroom(client: Client, journal: Journal, rng: random.Random) -> AsyncIterator[Newsroom]:
    """Listening, and registered for every fact about items."""
    room = Newsroom(journal, rng)
    server = await asyncio.start_server(room.answer, "127.0.0.1", 0)
    room.port = server.sockets[0].getsockname()[1]
    try:
        await _register(client, room)
        yield room
    finally:
        server.close()


async def _register(client: Client, room: Newsroom) -> None:
    """As soon as the administrator's office is known there."""
    wish = {"url": f"http://127.0.0.1:{room.port}/lantoa", "events": EVENTS, "organisation_id": None}
    for _ in range(ASKED_AT_MOST):
        me = (await client.read("tam", "nominations", "/v1/me")).json()
        if me["offices"]:
            wish["organisation_id"] = me["offices"][0]["organisation_id"]
            path = f"/v1/webhooks/{ENDPOINT}"
            answer = await client.once("tam", "PUT", "notifications", path, body=wish)
            if answer.is_success:
                room.secret = answer.json()["secret"]
                return
        await asyncio.sleep(0.2)
    raise Refused(answer.status_code, answer.text)
