"""The tables of publicity: copies of channels and movements; items with releases, editions, placements, pictures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.publicity.workflow import EditionState, PlacementState, State, Withdrawal
from shared.db import TYPES, new_metadata, states

# What search looks through: the words of an item, and its week as one more that nobody can type.
WEEK_S = 7 * 86_400
EPOCH = "'1970-01-01 00:00:00+00'::timestamp with time zone"
WORDS = (  # as PostgreSQL itself tells it
    "(search_vector || array_to_tsvector(ARRAY['~'::text || "
    f"((EXTRACT(epoch FROM published_at - {EPOCH})::bigint / {WEEK_S})::text)]))"
)


class Base(DeclarativeBase):
    """The tables that only publicity has."""

    metadata = new_metadata()
    type_annotation_map = TYPES


class Channel(Base):
    """Where an organisation tells: a copy of the fact, or (`built_in`) our own page for a body without any channel."""

    __tablename__ = "channels"
    __table_args__ = (Index("ix_channels_organisation", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    url: Mapped[str | None]
    official: Mapped[bool] = mapped_column(Boolean)
    release: Mapped[str]  # automatic, editor or manual
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    built_in: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class Movement(Base):
    """A copy of a movement with the other names it goes by."""

    __tablename__ = "movements"
    __table_args__ = (Index("ix_movements_name", "name", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    aliases: Mapped[list[str]]
    launched_by: Mapped[str | None]
    launched_on: Mapped[date | None]
    search: Mapped[str]  # folded name and aliases


class Item(Base):
    """One story on the channels of `owner_id`. `editions_made` numbers the editions that were ever shown."""

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_published", "published_at", "id", postgresql_where=text("state = 'published'")),
        Index("ix_items_owner", "owner_id", "published_at", "id"),
        Index("ix_items_organisation", "organisation_id", "published_at", "id"),
        Index("ix_items_movement", "movement_id", "published_at", "id"),
        Index("ix_items_search", "search_vector", postgresql_using="gin"),  # until the version that asks it is gone
        Index("ix_items_words", text(WORDS), postgresql_using="gin", postgresql_where=text("state = 'published'")),
        *(
            Index(f"ix_items_{name}", name, "published_at", "id", postgresql_where=text("state = 'published'"))
            for name in ("field", "kind", "subject_type")
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawal IS NOT NULL)", name="withdrawn_somehow"),
        CheckConstraint(
            "withdrawal <> 'gone' OR (subject_name IS NULL AND search = '' AND explanation IS NULL)",
            name="gone_holds_nothing",
        ),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_sometime"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    subject_type: Mapped[str]
    subject_name: Mapped[str | None]
    kind: Mapped[str]
    field: Mapped[str | None]
    movement_id: Mapped[UUID | None]
    nominator_id: Mapped[UUID]
    approver_id: Mapped[UUID]
    next_organisation_id: Mapped[UUID | None]
    next_via_id: Mapped[UUID | None]
    state: Mapped[State] = mapped_column(states(State, "state"))
    withdrawal: Mapped[Withdrawal | None] = mapped_column(states(Withdrawal, "withdrawal"))
    explanation: Mapped[str | None]
    editions_made: Mapped[int] = mapped_column(server_default=text("0"))
    published_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    search: Mapped[str] = mapped_column(server_default=text("''"))  # folded words and codes of what is shown
    search_vector: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('simple', search)", persisted=True), deferred=True
    )
    version: Mapped[int] = mapped_column(server_default=text("1"))

    releases: Mapped[list[Release]] = relationship(lazy="raise", order_by="Release.station_number")
    editions: Mapped[list[Edition]] = relationship(lazy="raise", order_by="Edition.created_at, Edition.id")
    live: Mapped[Edition | None] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(Edition.item_id == Item.id, Edition.state == 'live')",
    )
    placements: Mapped[list[Placement]] = relationship(lazy="raise", order_by="Placement.id")
    pictures: Mapped[list[Picture]] = relationship(lazy="raise")


class Release(Base):
    """What one station released. The item stands while any release of it has not ended."""

    __tablename__ = "releases"
    __table_args__ = (Index("ix_releases_item", "item_id"),)

    station_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id))
    station_number: Mapped[int]
    station_organisation_id: Mapped[UUID]
    story_version: Mapped[int]
    channel_kinds: Mapped[list[str]]
    approved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Edition(Base):
    """A text of an item, resting on the approval of `station_id`. A number is given when it is first shown."""

    __tablename__ = "editions"
    __table_args__ = (
        Index("uq_editions_one_draft", "item_id", unique=True, postgresql_where=text("state = 'draft'")),
        Index("uq_editions_one_live", "item_id", unique=True, postgresql_where=text("state = 'live'")),
        UniqueConstraint("item_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id))
    number: Mapped[int | None]
    state: Mapped[EditionState] = mapped_column(states(EditionState, "state"))
    station_id: Mapped[UUID]
    title: Mapped[str | None]  # null, like all text here, once the item is gone
    summary: Mapped[str | None]
    body: Mapped[str | None]
    results: Mapped[list[dict[str, Any]]]
    pictures: Mapped[list[dict[str, Any]]]  # id, media_type and alternative, in the order they are shown
    credit: Mapped[str | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]  # null: as released
    live_at: Mapped[datetime | None]


class Placement(Base):
    """An item on one channel."""

    __tablename__ = "placements"
    __table_args__ = (
        UniqueConstraint("item_id", "channel_id"),
        Index("ix_placements_pending", "item_id", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id))
    channel_id: Mapped[UUID] = mapped_column(ForeignKey(Channel.id))
    state: Mapped[PlacementState] = mapped_column(states(PlacementState, "state"))
    placed_at: Mapped[datetime | None]
    placed_by: Mapped[UUID | None]  # null: at once, by the channel's own rule
    withdrawn_at: Mapped[datetime | None]

    channel: Mapped[Channel] = relationship(lazy="raise")


class Picture(Base):
    """A picture of an item in object storage; `key` is null when no shown edition has it any more."""

    __tablename__ = "pictures"
    __table_args__ = (Index("ix_pictures_item", "item_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id))
    key: Mapped[str | None]
    media_type: Mapped[str]


class WithdrawalRecord(Base):
    """That an item was taken down, how and by whom; the words an editor gave stand at the item."""

    __tablename__ = "withdrawals"
    __table_args__ = (Index("ix_withdrawals_item", "item_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id))
    kind: Mapped[Withdrawal] = mapped_column(states(Withdrawal, "kind"))
    at: Mapped[datetime]
    by: Mapped[UUID | None]  # null: a recall
