"""The tables of the road; each service's database has its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Identity, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Sequence(Base):
    """The number of the last fact of each of our aggregates."""

    __tablename__ = "sequences"

    aggregate_id: Mapped[UUID] = mapped_column(primary_key=True)
    last: Mapped[int]


class Outbox(Base):
    """Facts written beside the change they tell of. Column names are those of Debezium's outbox event router."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unsent", "position", postgresql_where=text("sent_at IS NULL")),
        Index("ix_outbox_sent_position", "sent_position", unique=True),
        Index("ix_outbox_aggregateid", "aggregateid"),
        Index("ix_outbox_parked", "aggregateid", "position", postgresql_where=text("parked_reason IS NOT NULL")),
        Index("ix_outbox_sent_at", "sent_at", postgresql_using="brin"),  # for the sweep; a few pages, not a tree
    )

    position: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    aggregatetype: Mapped[str]
    aggregateid: Mapped[UUID]
    type: Mapped[str]
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)  # JSON; null once blanked
    sequence: Mapped[int]
    time: Mapped[datetime]
    traceparent: Mapped[str | None]
    correlation_id: Mapped[str | None]
    causation_id: Mapped[str | None]
    represented: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    sent_at: Mapped[datetime | None]
    sent_position: Mapped[int | None]
    parked_reason: Mapped[str | None]  # the broker refuses this aggregate's fact for good


class RelayState(Base):
    """One row: the fence that keeps a woken zombie from marking (`epoch`), and the last number given out."""

    __tablename__ = "relay"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    epoch: Mapped[int]
    last: Mapped[int]


class Inbox(Base):
    """How far each aggregate of each producer has been handled here."""

    __tablename__ = "inbox"

    producer: Mapped[str] = mapped_column(primary_key=True)
    aggregate_id: Mapped[UUID] = mapped_column(primary_key=True)
    last: Mapped[int]


class Parked(Base):
    """Facts that could not be handled yet, and those behind them. A key is blocked iff number `last + 1` is here."""

    __tablename__ = "parked"
    __table_args__ = (Index("ix_parked_due", "next_try_at", postgresql_where=text("next_try_at IS NOT NULL")),)

    producer: Mapped[str] = mapped_column(primary_key=True)
    aggregate_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    attributes: Mapped[dict[str, Any]]  # the envelope without its content
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str]  # failed, gap, behind, or dropped: its content was kept its seven days
    error: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int]
    parked_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]


class GivenUp(Base):
    """Numbers that never came, or whose content was not kept, passed over because a represented fact tells the state.

    One row for each stretch, `first` to `last`.
    """

    __tablename__ = "given_up"

    producer: Mapped[str] = mapped_column(primary_key=True)
    aggregate_id: Mapped[UUID] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    represented: Mapped[int]  # the number of the fact that tells the state
    at: Mapped[datetime]
