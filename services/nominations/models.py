"""The tables of nominations.

The dossier with its stations and consents, and copies of what other services announced.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.nominations.workflow import OPEN, State, StationState
from shared.auth import Role
from shared.db import TYPES, new_metadata, states

REVIEWING = {Role.REVIEWER, Role.APPROVER}  # the offices that see what reaches their body's stations


class Base(DeclarativeBase):
    """Tables that only this service's database has."""

    metadata = new_metadata()
    type_annotation_map = TYPES


def _owner() -> Mapped[UUID]:
    return mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)


class Nomination(Base):
    """A unit's proposal of one exemplar.

    The aggregate root: `version` counts every change, of its children too.
    """

    __tablename__ = "nominations"
    __table_args__ = (
        Index("ix_nominations_mine", "nominator_id", "created_at", "id"),
        Index("ix_nominations_unit", "organisation_id", "created_at", "id"),
        Index("ix_nominations_limit", "obligation_id", "period_key", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[State] = mapped_column(states(State, "state"))
    organisation_id: Mapped[UUID]
    nominator_id: Mapped[UUID]
    author_ids: Mapped[list[str]]  # everyone who drafted, amended or presented it; none of them decides on it
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]  # the latest (re)submission
    exemplar_id: Mapped[UUID]  # the same for the same subject of the same unit
    story_version: Mapped[int]  # 0 until the first submission
    subject_type: Mapped[str]
    subject_name: Mapped[str]
    subject_is_child: Mapped[str]
    subject_person_id: Mapped[UUID | None]  # where the subject himself has an account
    household_adults: Mapped[list[str]]
    kind: Mapped[str]
    field: Mapped[str | None]
    movement_id: Mapped[UUID | None]
    plan_id: Mapped[UUID | None]
    obligation_id: Mapped[UUID | None]
    period_key: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str | None]
    results: Mapped[list[dict[str, Any]]]  # {label, value}
    credit: Mapped[str | None]
    pictures: Mapped[list[dict[str, Any]]]  # {file_id, alternative}
    evidence: Mapped[list[str]]  # file ids

    stations: Mapped[list[Station]] = relationship(
        lazy="raise", order_by="Station.number", passive_deletes=True, cascade="all"
    )
    remarks: Mapped[list[Remark]] = relationship(
        lazy="raise", order_by="Remark.at, Remark.id", passive_deletes=True, cascade="all"
    )
    recusals: Mapped[list[Recusal]] = relationship(lazy="raise", passive_deletes=True, cascade="all")
    consents: Mapped[list[Consent]] = relationship(
        lazy="raise", order_by="Consent.recorded_at, Consent.id", passive_deletes=True, cascade="all"
    )
    holds: Mapped[list[Hold]] = relationship(
        lazy="raise", order_by="Hold.placed_at, Hold.id", passive_deletes=True, cascade="all"
    )
    # read only with what is to be changed
    releases: Mapped[list[Release]] = relationship(lazy="raise", passive_deletes=True, cascade="all")
    notices: Mapped[list[Notice]] = relationship(lazy="raise", passive_deletes=True, cascade="all")

    @property
    def open_station(self) -> Station | None:
        """The one station that has not decided, if there is one."""
        return next((station for station in self.stations if station.state in OPEN), None)

    @property
    def approved_stations(self) -> list[Station]:
        """Those whose approval stands."""
        return [station for station in self.stations if station.state is StationState.APPROVED]

    @property
    def held(self) -> bool:
        """Whether publication is stopped."""
        return any(hold.lifted_at is None for hold in self.holds)


class Station(Base):
    """One body's turn to decide; `via_id` is the body it is sent through («qua …»)."""

    __tablename__ = "stations"
    __table_args__ = (
        UniqueConstraint("nomination_id", "number"),
        Index(
            "ix_stations_one_open",
            "nomination_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'in_review', 'returned')"),
        ),
        Index(
            "ix_stations_waiting_at",
            *("organisation_id", "nomination_created_at", "nomination_id"),
            postgresql_where=text("state IN ('waiting', 'in_review', 'returned')"),
        ),
        Index(
            "ix_stations_waiting_via",
            *("via_id", "nomination_created_at", "nomination_id"),
            postgresql_where=text("state IN ('waiting', 'in_review', 'returned')"),
        ),
        Index("ix_stations_organisation", "organisation_id", "nomination_created_at", "nomination_id"),
        Index("ix_stations_via", "via_id", "nomination_created_at", "nomination_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"))
    nomination_created_at: Mapped[datetime]  # here too: a body's list is read in this order from one index
    number: Mapped[int]
    organisation_id: Mapped[UUID]
    via_id: Mapped[UUID | None]
    state: Mapped[StationState] = mapped_column(states(StationState, "state"))
    opened_at: Mapped[datetime]
    taken_up_at: Mapped[datetime | None]
    taken_up_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    reason: Mapped[str | None]
    story_version: Mapped[int | None]  # the version it approved
    next_organisation_id: Mapped[UUID | None]  # who is above, as it was when this station approved
    next_via_id: Mapped[UUID | None]


class Remark(Base):
    """What a station asks to mend in one field; for the people of the nomination only."""

    __tablename__ = "remarks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = _owner()
    station_id: Mapped[UUID]
    field: Mapped[str]
    remark: Mapped[str]
    by_id: Mapped[UUID]
    at: Mapped[datetime]


class Recusal(Base):
    """A person's declaration that he has an interest and does not decide on this nomination."""

    __tablename__ = "recusals"
    __table_args__ = (UniqueConstraint("nomination_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"))
    person_id: Mapped[UUID]
    reason: Mapped[str]
    at: Mapped[datetime]


class Consent(Base):
    """One person's yes to these channel kinds, with proof.

    It is about the exemplar as named then (`exemplar_id`).
    """

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = _owner()
    exemplar_id: Mapped[UUID]
    person_name: Mapped[str]
    role: Mapped[str]
    channel_kinds: Mapped[list[str]]
    statement: Mapped[str | None]
    proof_file_id: Mapped[UUID | None]
    given_on: Mapped[date]
    collector_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]  # null with `withdrawn_at` set: by the person himself, through his link


class Hold(Base):
    """A stop of publication by a deciding body, until it lifts it."""

    __tablename__ = "holds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = _owner()
    organisation_id: Mapped[UUID]
    reason: Mapped[str]
    placed_by: Mapped[UUID]
    placed_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]


class StoryVersion(Base):
    """The story as it was (re)submitted; approvals point at one."""

    __tablename__ = "story_versions"

    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]  # story, subject_type, subject_name, kind, field, movement_id
    at: Mapped[datetime]


class Release(Base):
    """The memory of what a station's approval lets be shown now: the last set that was announced."""

    __tablename__ = "releases"

    station_id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = _owner()
    story_version: Mapped[int]
    kinds: Mapped[list[str]]
    at: Mapped[datetime]


class Notice(Base):
    """The text for one person concerned.

    His signed link names this row, and nothing of the link is stored.
    """

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("nomination_id", "role", "person_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"))
    role: Mapped[str]
    person_key: Mapped[str]  # folded name
    person_name: Mapped[str]
    text: Mapped[str]
    prepared_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Plan(Base):
    """Copy of an issued plan."""

    __tablename__ = "plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    code: Mapped[str | None]
    title: Mapped[str]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    withdrawn: Mapped[bool] = mapped_column(Boolean)


class Obligation(Base):
    """Copy of one obligation; `position` is null once an amendment left it out."""

    __tablename__ = "obligations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int | None]
    label: Mapped[str]
    kind: Mapped[str]
    cadence: Mapped[str | None]
    subject_types: Mapped[list[str]]
    maximum: Mapped[int | None]
    to_ids: Mapped[list[str]]
    via_id: Mapped[UUID | None]
    then_to_id: Mapped[UUID | None]


class Extension(Base):
    """Copy of a moved due instant, shown to the unit whose duty it is."""

    __tablename__ = "extensions"
    __table_args__ = (Index("ix_extensions_duty", "organisation_id", "obligation_id", "period_key"),)

    duty_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    obligation_id: Mapped[UUID]
    period_key: Mapped[str]
    due_before: Mapped[datetime]


class Movement(Base):
    """Copy of a movement's name."""

    __tablename__ = "movements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class Item(Base):
    """Copy of where publicity shows a story."""

    __tablename__ = "items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = mapped_column(index=True)
    owner_id: Mapped[UUID]
    state: Mapped[str]  # published, or the withdrawal as publicity names it
    url: Mapped[str]
    placements: Mapped[list[dict[str, Any]]]  # {placement_id, kind, name, url}
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
