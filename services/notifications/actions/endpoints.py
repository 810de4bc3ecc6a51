"""Webhook endpoints: registering, changing, rotating the secret, testing, and sending again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import permissions, queries
from services.notifications.actions.sending import cancel_waiting, pause, resume
from services.notifications.channels import check_url, new_secret, seal
from services.notifications.models import RESTING, Channel, Delivery, WebhookEndpoint
from services.notifications.workflow import (
    LABELS,
    EndpointState,
    EndpointStep,
    State,
    Step,
    next_endpoint_state,
    next_state,
)
from shared import audit
from shared.auth import Actor
from shared.clock import now, today
from shared.conditional import check_version
from shared.db import new_id
from shared.errors import Gone, NotFound, StepNotPossible
from shared.events import Envelope

OVERLAP = timedelta(hours=24)
MOST_SECRETS = 5
PING = "lantoa.endpoint.ping.v1"


@dataclass(frozen=True, slots=True)
class Registration:
    """What an endpoint should be. `organisation_id` null: the system's own."""

    url: str
    events: list[str]
    organisation_id: UUID | None


class Registered(NamedTuple):
    """`secret` is given only when it was made just now; it is shown this once."""

    endpoint: WebhookEndpoint
    created: bool
    secret: str | None


class Rules(NamedTuple):
    """What the settings say: the keys that seal secrets, and whether addresses inside are allowed."""

    keys: list[str]
    allow_private: bool


async def register(
    session: AsyncSession,
    actor: Actor,
    endpoint_id: UUID,
    wish: Registration,
    *,
    rules: Rules,
    version: int | None,
) -> Registered:
    """Creates the endpoint, or changes it; the same content again changes nothing.

    Raises NotAllowed, NotFound, UnsafeAddress, PreconditionRequired, PreconditionFailed.
    """
    administered = await queries.administered(session, actor, today())
    row = await queries.endpoint_to_change(session, endpoint_id)
    if row is None:
        permissions.check_may_register(actor, wish.organisation_id, administered)
        check_url(wish.url, allow_private=rules.allow_private)
        created = await _created(session, actor, endpoint_id, wish, rules.keys)
        if created is not None:
            return created
        row = await queries.endpoint_to_change(session, endpoint_id)
        assert row is not None  # somebody was quicker, and we waited for his commit
    permissions.check_may_manage(actor, row, administered)
    permissions.check_may_register(actor, wish.organisation_id, administered)
    fields = [name for name in ("url", "events", "organisation_id") if getattr(row, name) != getattr(wish, name)]
    if fields:
        check_version(row, version)
        check_url(wish.url, allow_private=rules.allow_private)
        row.url, row.events, row.organisation_id = wish.url, wish.events, wish.organisation_id
        row.version += 1
        _note(session, actor, "change_endpoint", row, *fields)
    return Registered(row, False, None)


async def _created(
    session: AsyncSession, actor: Actor, endpoint_id: UUID, wish: Registration, keys: list[str]
) -> Registered | None:
    """None when the id was taken this very moment."""
    secret = new_secret()
    row = await session.scalar(
        insert(WebhookEndpoint)
        .values(
            id=endpoint_id,
            organisation_id=wish.organisation_id,
            owner_id=actor.id,
            url=wish.url,
            events=wish.events,
            secrets=[{"sealed": seal(secret, keys), "until": None}],
            state=EndpointState.ACTIVE,
            consecutive_failures=0,
            created_at=now(),
            version=1,
        )
        .on_conflict_do_nothing(index_elements=[WebhookEndpoint.id])
        .returning(WebhookEndpoint)
    )
    if row is None:
        return None
    _note(session, actor, "register_endpoint", row, "url", "events")
    return Registered(row, True, secret)


def _note(session: AsyncSession, actor: Actor, deed: str, row: WebhookEndpoint, *fields: str) -> None:
    audit.note(session, actor, deed, ("endpoint", row.id), organisation_id=row.organisation_id, fields=fields)


async def _managed(session: AsyncSession, actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    """Locked, and his to manage. Raises NotFound."""
    administered = await queries.administered(session, actor, today())
    row = await queries.endpoint_to_change(session, endpoint_id)
    if row is None:
        raise NotFound
    permissions.check_may_manage(actor, row, administered)
    return row


async def rotate_secret(
    session: AsyncSession, actor: Actor, endpoint_id: UUID, *, keys: list[str], version: int
) -> Registered:
    """A new secret; the ones before sign along for 24 hours more. Raises NotFound, PreconditionFailed."""
    row = await _managed(session, actor, endpoint_id)
    check_version(row, version)
    secret, moment = new_secret(), now()
    ending = (moment + OVERLAP).isoformat()
    older = [{**kept, "until": kept["until"] or ending} for kept in row.secrets]
    standing = [kept for kept in older if kept["until"] > moment.isoformat()]
    row.secrets = [{"sealed": seal(secret, keys), "until": None}, *standing][:MOST_SECRETS]
    row.version += 1
    _note(session, actor, "rotate_secret", row, "secrets")
    return Registered(row, False, secret)


async def delete_endpoint(session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int) -> None:
    """Removes it with its deliveries and their attempts. Raises NotFound, PreconditionFailed."""
    row = await _managed(session, actor, endpoint_id)
    check_version(row, version)
    _note(session, actor, "delete_endpoint", row)
    await session.delete(row)


async def pause_endpoint(session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int) -> WebhookEndpoint:
    """Its deliveries wait. Raises NotFound, PreconditionFailed, StepNotPossible."""
    row = await _managed(session, actor, endpoint_id)
    check_version(row, version)
    await pause(session, row)
    _note(session, actor, "pause_endpoint", row, "state")
    return row


async def resume_endpoint(session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int) -> WebhookEndpoint:
    """What waits is sent from now on. Raises NotFound, PreconditionFailed, StepNotPossible."""
    row = await _managed(session, actor, endpoint_id)
    check_version(row, version)
    await resume(session, row)
    _note(session, actor, "resume_endpoint", row, "state")
    return row


async def disable_endpoint(session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int) -> WebhookEndpoint:
    """Switched off by its owner; what waits is cancelled. Raises NotFound, PreconditionFailed, StepNotPossible."""
    row = await _managed(session, actor, endpoint_id)
    check_version(row, version)
    row.state = next_endpoint_state(row.state, EndpointStep.DISABLE)
    row.version += 1
    _note(session, actor, "disable_endpoint", row, "state")
    await cancel_waiting(session, [row.id])
    return row


async def test_endpoint(session: AsyncSession, actor: Actor, endpoint_id: UUID) -> Delivery:
    """A ping by the ordinary way: signed, tried again, logged. Raises NotFound, StepNotPossible."""
    row = await _managed(session, actor, endpoint_id)
    moment, ping_id = now(), new_id()
    ping = Envelope(ping_id, PING, "notifications", row.id, 0, moment, orjson.dumps({"endpoint_id": str(row.id)}))
    delivery = Delivery(
        id=new_id(),
        channel=Channel.WEBHOOK,
        endpoint_id=row.id,
        fact_id=ping_id,
        kind=PING,
        aggregate_id=ping_id,  # of its own: a ping waits for nothing
        sequence=0,
        payload=orjson.dumps(ping.structured()),
        state=State.PENDING,
        attempts=0,
        tries=0,
        next_try_at=_when(row, moment),
        created_at=moment,
    )
    session.add(delivery)
    _note(session, actor, "test_endpoint", row)
    return delivery


def _when(endpoint: WebhookEndpoint, moment: datetime) -> datetime:
    """Now, unless the endpoint rests. Raises StepNotPossible for one that is switched off: it would never be sent."""
    if endpoint.state is EndpointState.DISABLED:
        raise StepNotPossible(state=LABELS[endpoint.state], step=LABELS[Step.SEND])
    return RESTING if endpoint.state is EndpointState.PAUSED else moment


async def retry(session: AsyncSession, actor: Actor, delivery_id: UUID) -> Delivery:
    """Sends a webhook again now, under the same id. Raises NotFound, Gone, StepNotPossible."""
    administered = await queries.administered(session, actor, today())
    row = (await queries.deliveries_to_change(session, [delivery_id])).get(delivery_id)
    if row is None or row.endpoint_id is None:
        raise NotFound
    endpoint = await queries.endpoint(session, row.endpoint_id)
    permissions.check_may_manage(actor, endpoint, administered)
    if row.payload is None:
        raise Gone
    row.state = next_state(row.state, Step.RETRY)
    row.tries, row.next_try_at = 0, _when(endpoint, now())
    _note(session, actor, "retry_delivery", endpoint)
    return row
