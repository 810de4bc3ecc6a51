"""Tables: messages people read, deliveries with their attempts, recipients, webhook endpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.notifications.workflow import EndpointState, State
from shared import context
from shared.db import TYPES, new_metadata, states

# When a delivery to a paused endpoint is tried next: never by itself, so that it is not looked at in vain.
RESTING = datetime(9999, 1, 1, tzinfo=UTC)
CONFIRMATION = "lantoa.contact.confirmation.v1"  # the kind of our mail that carries a code


class Base(DeclarativeBase):
    """Tables of notifications."""

    metadata = new_metadata()
    type_annotation_map = TYPES


class Channel(StrEnum):
    """How something reaches a person or a system. In-app is the message itself, marked by `read_at`."""

    IN_APP = "in_app"
    EMAIL = "email"
    WEBHOOK = "webhook"


class Message(Base):
    """What one person is told about one fact. The id is a UUIDv7: newest last."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("uq_messages_fact_person", "fact_id", "person_id", unique=True),
        Index("ix_messages_person", "person_id", "id", postgresql_where=text("in_app")),
        Index("ix_messages_unread", "person_id", "id", postgresql_where=text("in_app AND read_at IS NULL")),
        Index("ix_messages_mail_only", "person_id", "created_at", postgresql_where=text("NOT in_app")),
        Index("ix_messages_item", "item_id", postgresql_where=text("item_id IS NOT NULL")),
        Index("ix_messages_story", "nomination_id", postgresql_where=text("story_title IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    fact_id: Mapped[UUID]  # the CloudEvents id; for our own notices an id of ours
    kind: Mapped[str]  # the type of the fact
    person_id: Mapped[UUID]
    title: Mapped[str]
    body: Mapped[str]
    story_title: Mapped[str | None]  # of a nomination, as it stands in these words: it goes when the story is gone
    link: Mapped[str | None]  # absolute, or beginning with / at this house's address
    in_app: Mapped[bool] = mapped_column(Boolean)  # false: he wants it by e-mail only
    nomination_id: Mapped[UUID | None]
    item_id: Mapped[UUID | None]
    duty_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class WebhookEndpoint(Base):
    """An address that asked for public facts: an organisation's, or a system's own."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        Index("ix_webhook_endpoints_organisation", "organisation_id", "id"),
        Index("ix_webhook_endpoints_owner", "owner_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID | None]  # null: a system's own
    owner_id: Mapped[UUID]  # who registered it
    url: Mapped[str]
    events: Mapped[list[str]]  # types asked for; empty: all public ones
    secrets: Mapped[list[dict[str, Any]]]  # newest first: {"sealed": …, "until": …}
    state: Mapped[EndpointState] = mapped_column(states(EndpointState, "state"))
    consecutive_failures: Mapped[int]
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class Delivery(Base):
    """One message by e-mail, or one public fact to one endpoint.

    `next_try_at` is set exactly while it is unfinished; a sender that claims it moves this on as its lease.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "channel", "next_try_at", postgresql_where=text("next_try_at IS NOT NULL")),
        Index(
            "ix_deliveries_order",
            "endpoint_id",
            "aggregate_id",
            "sequence",
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
        Index("ix_deliveries_finished", "created_at", postgresql_where=text("next_try_at IS NULL")),
        Index("ix_deliveries_endpoint", "endpoint_id", "id"),
        Index("ix_deliveries_message", "message_id"),
        Index("ix_deliveries_item", "item_id", postgresql_where=text("item_id IS NOT NULL")),
        Index(
            "uq_deliveries_fact_endpoint",
            "fact_id",
            "endpoint_id",
            unique=True,
            postgresql_where=text("endpoint_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(states(Channel, "channel"))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    endpoint_id: Mapped[UUID | None] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    fact_id: Mapped[UUID]  # for a webhook its `webhook-id`
    kind: Mapped[str]
    aggregate_id: Mapped[UUID]
    sequence: Mapped[int]
    item_id: Mapped[UUID | None]
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)  # a webhook's body; null once blanked
    state: Mapped[State] = mapped_column(states(State, "state"))
    attempts: Mapped[int]  # ever
    tries: Mapped[int]  # since a person last asked for it
    next_try_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    traceparent: Mapped[str | None] = mapped_column(default=lambda: context.current().traceparent)  # what caused it


class Attempt(Base):
    """One time a delivery was tried."""

    __tablename__ = "attempts"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    outcome: Mapped[str]  # accepted, refused, failed, gone or blocked
    status_code: Mapped[int | None]
    duration_ms: Mapped[int]
    detail: Mapped[str | None]


class Recipient(Base):
    """How a person is reached: the e-mail address he set, and what he does not want on which channel."""

    __tablename__ = "recipients"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    email_confirmed_at: Mapped[datetime | None]
    muted: Mapped[list[str]]  # "<kind>/<channel>"
    version: Mapped[int]
