"""Reads of notifications worth a name; `..._to_change` means locked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import DateTime, Text, any_, bindparam, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.notifications.models import (
    CONFIRMATION,
    Attempt,
    Channel,
    Delivery,
    Message,
    Recipient,
    WebhookEndpoint,
)
from services.notifications.workflow import EndpointState
from shared.auth import Actor, Role
from shared.directory.queries import below
from shared.errors import NotFound
from shared.paging import Page, keyset
from shared.question import IDS, Question

WISHES = Question(
    select(Recipient.person_id, Recipient.muted, Recipient.email_confirmed_at.is_not(None)).where(
        Recipient.person_id == any_(IDS)
    )
)
LISTENING = Question(
    select(WebhookEndpoint.id, WebhookEndpoint.state).where(
        WebhookEndpoint.state != EndpointState.DISABLED,
        or_(WebhookEndpoint.events == text("'[]'"), WebhookEndpoint.events.has_key(bindparam("kind", type_=Text()))),
    )
)
WAITING = Question(
    select(Delivery.id)
    .where(
        Delivery.channel == bindparam("channel", type_=Delivery.channel.type),
        Delivery.next_try_at <= bindparam("moment", type_=DateTime(timezone=True)),
    )
    .limit(1)
)
ACCEPTED = "accepted"  # the outcome of an attempt that arrived


async def messages_of(
    session: AsyncSession, person_id: UUID, *, unread: bool, after: str | None, limit: int
) -> Page[Message]:
    """A person's messages, newest first."""
    statement = select(Message).where(Message.person_id == person_id, Message.in_app)
    if unread:
        statement = statement.where(Message.read_at.is_(None))
    return await keyset(session, statement, [Message.id], after=after, limit=limit, descending=True)


async def message_to_change(session: AsyncSession, person_id: UUID, message_id: UUID) -> Message:
    """Raises NotFound, also when it is somebody else's."""
    row = await session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.person_id == person_id, Message.in_app)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


async def unread_count(session: AsyncSession, person_id: UUID) -> int:
    """How many messages wait to be read."""
    found = await session.scalar(
        select(func.count()).where(Message.person_id == person_id, Message.in_app, Message.read_at.is_(None))
    )
    return found or 0


async def recipients(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    """How these people want to be reached; who never said so is missing."""
    rows = await session.scalars(select(Recipient).where(Recipient.person_id.in_(set(person_ids))))
    return {row.person_id: row for row in rows}


class Wish(NamedTuple):
    """How somebody wants to be told: `muted` are kinds of fact with a channel, his address is confirmed or not."""

    muted: Sequence[str]
    has_address: bool


NO_WISH = Wish((), has_address=False)  # who never said so


async def wishes(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Wish]:
    """Of these people; who never said how he wants to be told is missing."""
    found = await WISHES.rows(session, ids=list(person_ids))
    return {person_id: Wish(muted, has_address) for person_id, muted, has_address in found}


async def recipient_to_change(session: AsyncSession, person_id: UUID) -> Recipient | None:
    """None when he never said how he wants to be reached."""
    return await session.get(Recipient, person_id, with_for_update=True, populate_existing=True)


async def codes_sent(session: AsyncSession, person_id: UUID, since: datetime) -> int:
    """How many confirmation codes were sent for him since then."""
    found = await session.scalar(
        select(func.count()).where(
            Message.person_id == person_id, ~Message.in_app, Message.kind == CONFIRMATION, Message.created_at > since
        )
    )
    return found or 0


async def administered(session: AsyncSession, actor: Actor, day: date) -> frozenset[UUID]:
    """The bodies at and below which he is administrator that day."""
    at = actor.organisations(Role.ADMINISTRATOR)
    return frozenset({*at, *await below(session, at, day)}) if at else frozenset()


async def endpoint(session: AsyncSession, endpoint_id: UUID) -> WebhookEndpoint:
    """Raises NotFound."""
    row = await session.get(WebhookEndpoint, endpoint_id)
    if row is None:
        raise NotFound
    return row


async def endpoint_to_change(session: AsyncSession, endpoint_id: UUID) -> WebhookEndpoint | None:
    """None when the id is unused."""
    return await session.get(WebhookEndpoint, endpoint_id, with_for_update=True, populate_existing=True)


async def endpoints_of(
    session: AsyncSession, actor: Actor, organisations: Iterable[UUID], *, after: str | None, limit: int
) -> Page[WebhookEndpoint]:
    """The endpoints of these bodies, and his own if he is a system."""
    own = (WebhookEndpoint.organisation_id.is_(None)) & (WebhookEndpoint.owner_id == actor.id)
    statement = select(WebhookEndpoint).where(or_(WebhookEndpoint.organisation_id.in_(set(organisations)), own))
    return await keyset(session, statement, [WebhookEndpoint.id], after=after, limit=limit)


async def listening(session: AsyncSession, kind: str) -> dict[UUID, EndpointState]:
    """The endpoints that asked for this type of fact and are not disabled."""
    return {endpoint_id: EndpointState(state) for endpoint_id, state in await LISTENING.rows(session, kind=kind)}


async def due(session: AsyncSession, channel: Channel, moment: datetime, limit: int) -> Sequence[Delivery]:
    """What is to be sent now, locked; rows another sender holds are passed over.

    Of one endpoint and aggregate only the earliest unfinished delivery is due, so that their order holds;
    those of endpoints that are not active wait.
    """
    if await WAITING.value(session, channel=channel, moment=moment) is None:
        return []  # as nearly always
    earlier = aliased(Delivery)
    in_front = exists().where(
        earlier.endpoint_id == Delivery.endpoint_id,
        earlier.aggregate_id == Delivery.aggregate_id,
        earlier.sequence < Delivery.sequence,
        earlier.next_try_at.is_not(None),
    )
    resting = exists().where(WebhookEndpoint.id == Delivery.endpoint_id, WebhookEndpoint.state != EndpointState.ACTIVE)
    rows = await session.scalars(
        select(Delivery)
        .where(Delivery.channel == channel, Delivery.next_try_at <= moment, ~in_front, ~resting)
        .order_by(Delivery.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def deliveries_to_change(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Delivery]:
    """Locked in the order of their ids."""
    rows = await session.scalars(
        select(Delivery)
        .where(Delivery.id.in_(set(ids)))
        .order_by(Delivery.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


async def endpoints_to_change(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, WebhookEndpoint]:
    """Locked in the order of their ids."""
    rows = await session.scalars(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.id.in_(set(ids)))
        .order_by(WebhookEndpoint.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


class Letter(NamedTuple):
    """A message on its way by e-mail, and where it goes."""

    message: Message
    recipient: Recipient | None


async def letters(session: AsyncSession, message_ids: Iterable[UUID]) -> dict[UUID, Letter]:
    """The messages of deliveries by e-mail. One statement."""
    rows = await session.execute(
        select(Message, Recipient)
        .outerjoin(Recipient, Recipient.person_id == Message.person_id)
        .where(Message.id.in_(set(message_ids)))
    )
    return {message.id: Letter(message, recipient) for message, recipient in rows}


async def deliveries_of(session: AsyncSession, endpoint_id: UUID, *, after: str | None, limit: int) -> Page[Delivery]:
    """An endpoint's deliveries, newest first."""
    statement = select(Delivery).where(Delivery.endpoint_id == endpoint_id)
    return await keyset(session, statement, [Delivery.id], after=after, limit=limit, descending=True)


async def attempts_of(session: AsyncSession, delivery_ids: Iterable[UUID]) -> dict[UUID, list[Attempt]]:
    """Every attempt of these deliveries, in order. One statement."""
    rows = await session.scalars(
        select(Attempt).where(Attempt.delivery_id.in_(set(delivery_ids))).order_by(Attempt.number)
    )
    found: dict[UUID, list[Attempt]] = {}
    for row in rows:
        found.setdefault(row.delivery_id, []).append(row)
    return found


async def accepted_since(session: AsyncSession, endpoint_id: UUID, moment: datetime) -> bool:
    """Whether the endpoint took anything since then, as far as its deliveries are kept."""
    of_it = select(Delivery.id).where(Delivery.endpoint_id == endpoint_id, Delivery.attempts > 0)
    found = exists().where(Attempt.delivery_id.in_(of_it), Attempt.outcome == ACCEPTED, Attempt.at > moment)
    return bool(await session.scalar(select(found)))


async def endpoints(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, WebhookEndpoint]:
    """These endpoints, for reading."""
    rows = await session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.id.in_(set(ids))))
    return {row.id: row for row in rows}


async def endpoint_ids(session: AsyncSession, delivery_ids: Iterable[UUID]) -> set[UUID]:
    """The endpoints these deliveries go to."""
    rows = await session.scalars(
        select(Delivery.endpoint_id).where(Delivery.id.in_(set(delivery_ids)), Delivery.endpoint_id.is_not(None))
    )
    return {row for row in rows if row is not None}
