"""Notices of our own: about an endpoint to its owner, and the code that confirms an e-mail address."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.models import CONFIRMATION, Channel, Delivery, Message, Recipient, WebhookEndpoint
from services.notifications.templates_text import ENDPOINT_PAUSED, Text, say
from services.notifications.workflow import State
from shared.clock import now
from shared.db import new_id

PAUSED = ENDPOINT_PAUSED
DISABLED = "lantoa.endpoint.disabled.v1"


async def tell_owner(
    session: AsyncSession, endpoint: WebhookEndpoint, kind: str, recipient: Recipient | None, **values: object
) -> None:
    """A message to who registered the endpoint, by e-mail too where he has an address."""
    text = say(kind.removeprefix("lantoa.").removesuffix(".v1"), {}, url=endpoint.url, **values)
    message = _message(endpoint.owner_id, kind, text, organisation_id=endpoint.organisation_id)
    message.link = f"/notifications/v1/webhooks/{endpoint.id}"
    session.add(message)
    await session.flush()
    if recipient is not None and recipient.email_confirmed_at and f"{kind}/{Channel.EMAIL}" not in recipient.muted:
        session.add(_mail(message))


async def send_code(session: AsyncSession, recipient: Recipient, code: str) -> None:
    """A mail to the address not confirmed yet; it is no message in the app."""
    message = _message(recipient.person_id, CONFIRMATION, say("contact.confirmation", {}, code=code))
    message.in_app = False
    session.add(message)
    await session.flush()
    session.add(_mail(message))


def _message(person_id: UUID, kind: str, text: Text, *, organisation_id: UUID | None = None) -> Message:
    return Message(
        id=new_id(),
        fact_id=new_id(),
        kind=kind,
        person_id=person_id,
        title=text.title,
        body=text.body,
        link=None,
        in_app=True,
        organisation_id=organisation_id,
        created_at=now(),
    )


def _mail(message: Message) -> Delivery:
    return Delivery(
        id=new_id(),
        channel=Channel.EMAIL,
        message_id=message.id,
        fact_id=message.fact_id,
        kind=message.kind,
        aggregate_id=message.fact_id,
        sequence=0,
        state=State.PENDING,
        attempts=0,
        tries=0,
        next_try_at=message.created_at,
        created_at=message.created_at,
    )
