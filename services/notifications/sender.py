"""The delivery loops: claim what is due, commit, send outside any transaction, mark the outcomes together."""

from __future__ import annotations

import asyncio

import structlog

from services.notifications import actions
from services.notifications.actions import Parcel
from services.notifications.channels import Mailer, Outcome, Post, Poster, Result
from services.notifications.models import Channel
from shared import context, tracing
from shared.db import Database
from shared.telemetry import DELIVERIES
from shared.web import Parts

BATCH = 16
AT_ONCE = 8
POLL_S = 0.5
log = structlog.get_logger()


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
            with context.work(traceparent=parcel.traceparent):
                return await _deliver(parcel, mailer, poster)

    outcomes = await asyncio.gather(*map(one, parcels))
    for outcome in outcomes:
        DELIVERIES.labels(channel.value, outcome.result.value).inc()
    await settle(parts.database, parcels, outcomes)
    return len(parcels)


async def _deliver(parcel: Parcel, mailer: Mailer, poster: Poster) -> Outcome:
    content = parcel.content
    try:
        if isinstance(content, Post):
            with tracing.posting("notifications", content.url, attempt=parcel.number) as span:
                outcome = await poster.post(content)
                if outcome.status_code is not None:
                    span.attributes["http.response.status_code"] = outcome.status_code
                return _told(span, outcome)
        with tracing.span("notifications", tracing.Kind.CLIENT, "send mail", network__protocol__name="smtp") as span:
            return _told(span, await mailer.send(content))
    except Exception as error:  # one that cannot be sent must not keep the others from being marked
        log.exception("sending failed", delivery_id=str(parcel.delivery_id))
        return Outcome(Result.FAILED, 0, detail=type(error).__name__)


def _told(span: tracing.Span, outcome: Outcome) -> Outcome:
    if outcome.result is not Result.ACCEPTED:
        span.error = str(outcome.status_code or outcome.detail or outcome.result.value)
    return outcome


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
