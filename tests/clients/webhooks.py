"""A newsroom that registered for public facts and keeps what the product really delivered, byte for byte."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from tests.clients.stories import PUBLISHED, WITHDRAWN
from tests.notifications.receiver import Newsroom, Received, newsroom
from tests.walks import world
from tests.walks.walker import Walker


@dataclass(frozen=True)
class Subscribed:
    """The registration; `secret` was shown once."""

    walker: Walker
    room: Newsroom
    secret: str

    async def about(self, item_id: str) -> Received:
        """The first delivery about an item."""

        async def come() -> Received | None:
            return next((one for one in self.room.received if item_id.encode() in one.body), None)

        found: Received = await self.walker.until(come)
        return found


@asynccontextmanager
async def subscribed(walker: Walker) -> AsyncIterator[Subscribed]:
    """Registered by the body's administrator, and gone afterwards."""
    path = f"/v1/webhooks/{uuid4()}"
    async with newsroom() as room:
        wish = {
            "url": room.url,
            "events": [PUBLISHED, WITHDRAWN],
            "organisation_id": str(world.body_id(world.BODY)),
        }
        registered = await walker.done("tam", "PUT", "notifications", path, wish)
        yield Subscribed(walker, room, registered["secret"])
        standing = await walker.ask("tam", "GET", "notifications", path)
        await walker.done("tam", "DELETE", "notifications", path, version=standing.headers["etag"])
