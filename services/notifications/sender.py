"""The delivery loops: claim what is due, commit, send outside any transaction, mark the outcomes together."""

from __future__ import annotations

import asyncio

from services.notifications import actions
from services.notifications.actions import Parcel
from services.notifications.channels import Mailer, Outcome, Post, Poster
from services.notifications.models import Channel
from shared.db import Database
from shared.telemetry import DELIVERIES
from shared.web import Parts

BATCH = 16
AT_ONCE = 8
POLL_S = 0.5


async def send_mails(parts: Parts) -> None:
    """The loop of e-mails."""
    await _loop(parts, Channel.EMAIL)


async def send_webhooks(parts: Parts) -> None:
    """The loop of webhooks."""
    await _loop(parts, Channel.WEBHOOK)


async def _loop(parts: Parts, channel: Channel) -> None:
    settings = parts.settings
    mailer = Mailer(settings.smtp_url, settings.mail_from)
    async with Poster(allow_private=settings.allow_private_webhooks) as poster:
        while True:
            if not await send_due(parts, channel, mailer=mailer, poster=poster):
                await asyncio.sleep(POLL_S)


async def send_due(parts: Parts, channel: Channel, *, mailer: Mailer, poster: Poster) -> int:
    """One round; how many were sent. A crash before the marks sends them again when their lease has run out."""
    parcels = await take(parts, channel)
    places = asyncio.Semaphore(AT_ONCE)

    async def one(parcel: Parcel) -> Outcome:
        async with places:
            content = parcel.content
            return await (poster.post(content) if isinstance(content, Post) else mailer.send(content))

    outcomes = await asyncio.gather(*map(one, parcels))
    for outcome in outcomes:
        DELIVERIES.labels(channel.value, outcome.result.value).inc()
    await settle(parts.database, parcels, outcomes)
    return len(parcels)


async def take(parts: Parts, channel: Channel) -> list[Parcel]:
    """Claims a batch and commits."""
    async with parts.database.transaction() as session:
        return await actions.claim(
            session,
            channel,
            limit=BATCH,
            keys=parts.settings.secret_keys,
            base_url=parts.settings.base_url,
        )


async def settle(database: Database, parcels: list[Parcel], outcomes: list[Outcome]) -> None:
    """Marks a batch, in one transaction."""
    if parcels:
        marks = {(parcel.delivery_id, parcel.number): one for parcel, one in zip(parcels, outcomes, strict=True)}
        async with database.transaction() as session:
            await actions.mark(session, marks)
