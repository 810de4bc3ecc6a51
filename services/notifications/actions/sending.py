"""Sending: what is due is claimed under a lease, and marked when its outcome is known. Nothing is sent in here.

At least once: a crash between sending and marking sends the same again, under the same id.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.actions.notices import DISABLED, PAUSED, tell_owner
from services.notifications.channels import Letter as Mail
from services.notifications.channels import Outcome, Post, Result, unseal
from services.notifications.models import CONFIRMATION, RESTING, Attempt, Channel, Delivery, Recipient, WebhookEndpoint
from services.notifications.templates_text import say
from services.notifications.workflow import (
    UNDER_WAY,
    UNFINISHED,
    EndpointState,
    EndpointStep,
    State,
    Step,
    next_endpoint_state,
    next_state,
)
from shared import road
from shared.clock import now
from shared.events.notifications import DeliveryDead, EndpointDisabled

LEASE = timedelta(minutes=2)
SPREAD = secrets.SystemRandom()
WAITS_S = [5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600, 24 * 3600, 24 * 3600]
PAUSE_AFTER = 20  # failures in a row, whichever delivery they belong to
# Five waiting facts fail twenty times within minutes: a receiver that restarts must not need a person to wake it.
NONE_ACCEPTED_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery with all it takes to send it; `number` is the attempt's."""

    delivery_id: UUID
    number: int
    content: Post | Mail
    traceparent: str | None


async def claim(
    session: AsyncSession, channel: Channel, *, limit: int, keys: Sequence[str], base_url: str
) -> list[Parcel]:
    """Takes what is due for the length of a lease. Commit before sending."""
    rows = []
    for row in await queries.due(session, channel, now(), limit):
        if _blanked(row):
            row.state, row.next_try_at = next_state(row.state, Step.CANCEL), None
            continue
        rows.append(row)
        row.state = next_state(row.state, Step.SEND)
        row.attempts += 1
        row.tries += 1
        row.next_try_at = now() + LEASE
    if channel is Channel.WEBHOOK:
        endpoints = await queries.endpoints(session, {row.endpoint_id for row in rows if row.endpoint_id})
        return [
            Parcel(row.id, row.attempts, _post(row, endpoints[row.endpoint_id], keys), row.traceparent)
            for row in rows
            if row.endpoint_id is not None
        ]
    letters = await queries.letters(session, {row.message_id for row in rows if row.message_id})
    return [parcel for row in rows if (parcel := _mail(row, letters, base_url)) is not None]


def _blanked(row: Delivery) -> bool:
    """A webhook whose item went while it was under way: it is not sent again."""
    return row.endpoint_id is not None and row.payload is None


def _post(row: Delivery, endpoint: WebhookEndpoint, keys: Sequence[str]) -> Post:
    return Post(row.fact_id, endpoint.url, valid_secrets(endpoint, keys), row.payload or b"")


def valid_secrets(endpoint: WebhookEndpoint, keys: Sequence[str]) -> list[str]:
    """The present secret first, then those whose overlap after a rotation has not ended.

    One sealed under a key that is lost is left out: its endpoint fails and its owner hears of it, others go on.
    """
    moment = now()
    opened = (
        unseal(kept["sealed"], keys)
        for kept in endpoint.secrets
        if kept["until"] is None or datetime.fromisoformat(kept["until"]) > moment
    )
    return [secret for secret in opened if secret is not None]


def _mail(row: Delivery, letters: Mapping[UUID, queries.Letter], base_url: str) -> Parcel | None:
    """None, and the delivery cancelled, when the person has no address for it any more."""
    message, recipient = letters[row.message_id] if row.message_id else (None, None)
    to = _address(row, recipient)
    if message is None or to is None:
        row.state, row.next_try_at = next_state(row.state, Step.CANCEL), None
        return None
    link = f"{base_url}{message.link}" if (message.link or "").startswith("/") else message.link
    text = f"{message.body}\n\n-- \n{say('mail.footer', {}, link=link).body}\n"
    letter = Mail(row.id, to, message.title, text, message.created_at)
    return Parcel(row.id, row.attempts, letter, row.traceparent)


def _address(row: Delivery, recipient: Recipient | None) -> str | None:
    if recipient is None or (recipient.email_confirmed_at is None and row.kind != CONFIRMATION):
        return None
    return recipient.email


async def mark(session: AsyncSession, outcomes: Mapping[tuple[UUID, int], Outcome]) -> None:
    """Writes down what came of a batch, by delivery and attempt number; in six statements, and one more
    for an endpoint that fails for long.

    An outcome of a lease that ran out, or of a delivery cancelled meanwhile, is only logged as an attempt.
    """
    if not outcomes:
        return
    ids = [delivery_id for delivery_id, _ in outcomes]
    endpoints = await queries.endpoints_to_change(session, await queries.endpoint_ids(session, ids))
    deliveries = await queries.deliveries_to_change(session, ids)
    owners = await queries.recipients(session, {endpoint.owner_id for endpoint in endpoints.values()})
    gone = []
    for (delivery_id, number), outcome in sorted(outcomes.items()):
        row = deliveries.get(delivery_id)
        if row is None or row.attempts != number or row.state not in UNDER_WAY:
            continue
        _settle(session, row, outcome)
        endpoint = endpoints.get(row.endpoint_id) if row.endpoint_id else None
        if endpoint is not None and await _judge(session, endpoint, outcome, owners.get(endpoint.owner_id)):
            gone.append(endpoint.id)
    await _log(session, outcomes, set(deliveries))
    if gone:
        await session.flush()
        await cancel_waiting(session, gone)


def _settle(session: AsyncSession, row: Delivery, outcome: Outcome) -> None:
    if outcome.result is Result.ACCEPTED:
        row.state, row.next_try_at = next_state(row.state, Step.CONFIRM), None
        return
    if _blanked(row):
        row.state, row.next_try_at = next_state(row.state, Step.CANCEL), None
        return
    hopeless = outcome.result in (Result.GONE, Result.IMPOSSIBLE)
    if hopeless or row.tries > len(WAITS_S):
        row.state, row.next_try_at = next_state(row.state, Step.GIVE_UP), None
        if outcome.result is not Result.GONE:
            road.record(session, DeliveryDead(delivery_id=row.id, channel=row.channel, attempts=row.attempts))
        return
    row.state = next_state(row.state, Step.FAIL)
    row.next_try_at = now() + wait(row.tries, outcome.retry_after_s)


def wait(tries: int, retry_after_s: int | None) -> timedelta:
    """How long until the next try: a fifth more or less, so that many do not come at once; never before asked."""
    seconds = WAITS_S[tries - 1] * SPREAD.uniform(0.8, 1.2)
    return timedelta(seconds=max(seconds, retry_after_s or 0))


async def _judge(session: AsyncSession, endpoint: WebhookEndpoint, outcome: Outcome, owner: Recipient | None) -> bool:
    """What the outcome means for the endpoint; whether it is disabled by it."""
    if outcome.result is Result.ACCEPTED:
        endpoint.consecutive_failures = 0
        return False
    endpoint.consecutive_failures += 1
    if outcome.result is Result.GONE and endpoint.state is not EndpointState.DISABLED:
        await disable(session, endpoint, "gone", owner)
        return True
    long_row = endpoint.consecutive_failures >= PAUSE_AFTER and endpoint.state is EndpointState.ACTIVE
    if long_row and not await queries.accepted_since(session, endpoint.id, now() - NONE_ACCEPTED_FOR):
        await pause(session, endpoint)
        await tell_owner(session, endpoint, PAUSED, owner, failures=endpoint.consecutive_failures)
    return False


async def pause(session: AsyncSession, endpoint: WebhookEndpoint) -> None:
    """Lets a locked endpoint rest, with all that waits for it. Raises StepNotPossible."""
    endpoint.state = next_endpoint_state(endpoint.state, EndpointStep.PAUSE)
    endpoint.paused_at = now()
    endpoint.version += 1
    await _reschedule(session, endpoint, RESTING)


async def resume(session: AsyncSession, endpoint: WebhookEndpoint) -> None:
    """Wakes a locked endpoint, with all that waits for it. Raises StepNotPossible."""
    endpoint.state = next_endpoint_state(endpoint.state, EndpointStep.RESUME)
    endpoint.paused_at, endpoint.consecutive_failures = None, 0
    endpoint.version += 1
    await _reschedule(session, endpoint, now())


async def _reschedule(session: AsyncSession, endpoint: WebhookEndpoint, moment: datetime) -> None:
    """All that waits, but not what is under way: that keeps its lease."""
    await session.flush()
    await session.execute(
        update(Delivery)
        .where(Delivery.endpoint_id == endpoint.id, Delivery.state.in_((State.PENDING, State.FAILED)))
        .values(next_try_at=moment)
        .execution_options(synchronize_session=False)
    )


async def disable(session: AsyncSession, endpoint: WebhookEndpoint, reason: str, owner: Recipient | None) -> None:
    """Switches a locked endpoint off and tells; its waiting deliveries are the caller's to cancel."""
    endpoint.state = next_endpoint_state(endpoint.state, EndpointStep.DISABLE)
    endpoint.version += 1
    await tell_owner(session, endpoint, DISABLED, owner, reason=reason)
    road.record(session, EndpointDisabled(endpoint_id=endpoint.id, reason=reason))


async def cancel_waiting(session: AsyncSession, endpoint_ids: Sequence[UUID]) -> None:
    """Cancels all that is unfinished of these endpoints. One statement."""
    await session.execute(
        update(Delivery)
        .where(Delivery.endpoint_id.in_(endpoint_ids), Delivery.state.in_(UNFINISHED))
        .values(state=State.CANCELLED, next_try_at=None)
        .execution_options(synchronize_session=False)
    )


async def _log(session: AsyncSession, outcomes: Mapping[tuple[UUID, int], Outcome], known: set[UUID]) -> None:
    rows = [
        {
            "delivery_id": delivery_id,
            "number": number,
            "at": now(),
            "outcome": outcome.result.value,
            "status_code": outcome.status_code,
            "duration_ms": outcome.duration_ms,
            "detail": outcome.detail,
        }
        for (delivery_id, number), outcome in outcomes.items()
        if delivery_id in known
    ]
    if rows:
        await session.execute(insert(Attempt), rows)
