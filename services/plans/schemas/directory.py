"""Organisations, offices, channels and movements as the REST door takes and gives them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from services.plans.terms import EdgeType
from shared import exact
from shared.auth import Role
from shared.events.plans import (
    ChannelChanged,
    DatedName,
    Edge,
    Heir,
    Identifier,
    MovementChanged,
    OfficeChanged,
    OrganisationChanged,
)
from shared.exact import Flag
from shared.text import Line

Slug = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Short = Annotated[Line, StringConstraints(max_length=200)]
Day = exact.Day
Url = Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://\S+$")]
Release = Literal["automatic", "editor", "manual"]
ChannelKind = Literal["portal", "newspaper", "radio_tv", "loudspeaker", "magazine", "event", "visual", "word_of_mouth"]

PHONG_NOI_VU: JsonDict = {
    "slug": "phong-noi-vu",
    "hierarchy": "state",
    "names": [
        {"name": "Phòng Nội vụ - Lao động - Thương binh và Xã hội", "to_on": "2025-06-30"},
        {"name": "Phòng Nội vụ", "short_name": "PNV", "from_on": "2025-07-01"},
    ],
    "edges": [{"type": "line_of_command", "to_id": "0198c0de-0000-7000-8000-000000000001", "to_on": "2025-06-30"}],
    "identifiers": [{"scheme": "QD20", "value": "H05.01"}],
}


class Given(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class NameIn(Given):
    """A name from a day to a day, both included; absent is open. `level` and `kind` are labels, never judged."""

    name: Line
    short_name: Short | None = None
    level: Short | None = None
    kind: Short | None = None
    from_on: Day | None = None
    to_on: Day | None = None

    def part(self) -> DatedName:
        """As the fact tells it."""
        return DatedName(**self.model_dump())


class EdgeIn(Given):
    """From this organisation to another, from a day to a day."""

    type: EdgeType
    to_id: UUID
    role: Short | None = None
    from_on: Day | None = None
    to_on: Day | None = None

    def part(self) -> Edge:
        """As the fact tells it."""
        return Edge(**self.model_dump())


class HeirIn(Given):
    """Who takes over; one of several is `principal`. `source` says where that is stated."""

    organisation_id: UUID
    principal: Flag = True
    source: Line | None = None

    def part(self) -> Heir:
        """As the fact tells it."""
        return Heir(**self.model_dump())


class IdentifierIn(Given):
    """A code in a scheme."""

    scheme: Annotated[Line, StringConstraints(max_length=30)]
    value: Annotated[Line, StringConstraints(max_length=60)]


class OrganisationIn(Given):
    """An organisation, whole."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [PHONG_NOI_VU]})

    slug: Slug
    hierarchy: Annotated[Line, StringConstraints(max_length=50)]
    names: Annotated[list[NameIn], Field(min_length=1, max_length=100)]
    edges: Annotated[list[EdgeIn], Field(max_length=200)] = []
    identifiers: Annotated[list[IdentifierIn], Field(max_length=50)] = []
    heirs: Annotated[list[HeirIn], Field(max_length=50)] = []
    valid_from: Day | None = None
    valid_to: Day | None = None

    def fact(self, organisation_id: UUID) -> OrganisationChanged:
        """As it is announced."""
        return OrganisationChanged(
            organisation_id=organisation_id,
            slug=self.slug,
            hierarchy=self.hierarchy,
            names=[name.part() for name in self.names],
            edges=[edge.part() for edge in self.edges],
            identifiers=[Identifier(scheme=i.scheme, value=i.value) for i in self.identifiers],
            heirs=[heir.part() for heir in self.heirs],
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class OrganisationOut(OrganisationChanged):
    """An organisation whole or, as of a day, with its name, edges and standing of that day only."""

    on: date | None = None
    standing: bool | None = None
    version: int

    @classmethod
    def of(cls, fact: OrganisationChanged, version: int, on: date | None) -> Self:
        """Whole when `on` is None."""
        given = fact.model_dump()
        if on is None:
            return cls(**given, version=version)
        given |= {part: [row for row in given[part] if _holds(row, on)] for part in ("names", "edges")}
        days = {"from_on": fact.valid_from, "to_on": fact.valid_to}
        return cls(**given, version=version, on=on, standing=_holds(days, on))


def _holds(row: dict[str, Any], on: date) -> bool:
    return bool((row["from_on"] or on) <= on <= (row["to_on"] or on))


class OrganisationLine(BaseModel):
    """An organisation in a list, with its name on the day asked for."""

    id: UUID
    slug: str
    hierarchy: str
    name: str
    valid_from: date | None
    valid_to: date | None


class OfficeIn(Given):
    """A person's post, from a day to a day, both included. Ask the person for the `person_id` that /v1/me shows him."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "person_id": "5b0bb3c4-0000-5000-8000-000000000001",
                    "person_name": "Nguyễn Thị Mai",
                    "organisation_id": "0198c0de-0000-7000-8000-000000000001",
                    "role": "nominator",
                    "from_on": "2026-01-01",
                }
            ]
        },
    )

    person_id: UUID
    person_name: Short
    organisation_id: UUID
    role: Role
    from_on: Day
    to_on: Day | None = None

    def fact(self, office_id: UUID) -> OfficeChanged:
        """As it is announced."""
        return OfficeChanged(office_id=office_id, **self.model_dump(mode="json"))


class OfficeOut(BaseModel):
    """An office."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person_id: UUID
    person_name: str
    organisation_id: UUID
    role: Role
    from_on: date
    to_on: date | None
    version: int


class ChannelIn(Given):
    """Where an organisation can publish; `release` is automatic, editor (an editor says when) or manual (confirmed)."""

    organisation_id: UUID
    kind: ChannelKind
    name: Short
    url: Url | None = None
    official: Flag = True
    release: Release = "automatic"
    from_on: Day | None = None
    to_on: Day | None = None

    def fact(self, channel_id: UUID) -> ChannelChanged:
        """As it is announced."""
        return ChannelChanged(channel_id=channel_id, **self.model_dump())


class ChannelOut(BaseModel):
    """A channel."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID
    kind: str
    name: str
    url: str | None
    official: bool
    release: str
    from_on: date | None
    to_on: date | None
    version: int


class MovementIn(Given):
    """A movement or campaign; `organisation_id` keeps the entry."""

    organisation_id: UUID
    name: Line
    aliases: Annotated[list[Line], Field(max_length=50)] = []
    launched_by: Line | None = None
    launched_on: Day | None = None

    def fact(self, movement_id: UUID) -> MovementChanged:
        """As it is announced."""
        return MovementChanged(movement_id=movement_id, **self.model_dump(exclude={"organisation_id"}))


class MovementOut(BaseModel):
    """A movement."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID | None
    name: str
    aliases: list[str]
    launched_by: str | None
    launched_on: date | None
    version: int
