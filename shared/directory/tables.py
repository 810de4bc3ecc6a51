"""Organisations and offices; plans writes them, the other services keep a copy of the same shape."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Organisation(Base):
    """A lineage. A row without names is a placeholder for a body whose fact has not arrived."""

    __tablename__ = "organisations"
    __table_args__ = (Index("ix_organisations_slug", "slug", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str | None]
    hierarchy: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class OrganisationName(Base):
    """A name from a day to a day, both included; null is open."""

    __tablename__ = "organisation_names"
    # what a body is called on a day is asked for every row that is shown: out of the index alone
    __table_args__ = (
        Index(
            "ix_organisation_names_dated",
            "organisation_id",
            text("from_on NULLS FIRST"),
            postgresql_include=["name"],
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    name: Mapped[str]
    short_name: Mapped[str | None]
    level: Mapped[str | None]
    kind: Mapped[str | None]
    search: Mapped[str]  # folded name and short name
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class OrganisationEdge(Base):
    """A typed, dated edge `organisation_id` -> `to_id`."""

    __tablename__ = "organisation_edges"
    __table_args__ = (
        Index("ix_organisation_edges_from", "organisation_id", "type"),
        Index("ix_organisation_edges_to", "to_id", "type"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    type: Mapped[str]
    to_id: Mapped[UUID]
    role: Mapped[str | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class OrganisationHeir(Base):
    """Who takes over what is open when the body ends."""

    __tablename__ = "organisation_heirs"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    heir_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str | None]


class OrganisationIdentifier(Base):
    """A code in a scheme, e.g. QD20."""

    __tablename__ = "organisation_identifiers"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class Office(Base):
    """A person's post at an organisation, both days included."""

    __tablename__ = "offices"
    __table_args__ = (
        Index("ix_offices_person", "person_id"),
        Index("ix_offices_organisation", "organisation_id", "role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    person_name: Mapped[str]
    organisation_id: Mapped[UUID]
    role: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
