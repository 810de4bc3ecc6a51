"""The file that `lantoa directory import` reads: bodies by id or by slug, persons by id or by issuer and subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.plans.actions import Directory
from services.plans.schemas.directory import (
    ChannelKind,
    Day,
    Given,
    IdentifierIn,
    NameIn,
    Release,
    Short,
    Slug,
    Url,
)
from services.plans.terms import EdgeType
from shared.auth import Role
from shared.auth.actor import person_id
from shared.events.plans import (
    ChannelChanged,
    Edge,
    Heir,
    Identifier,
    MovementChanged,
    OfficeChanged,
    OrganisationChanged,
)
from shared.exact import Flag
from shared.text import Line
from shared.text import slug as slug_of

Ids = Mapping[str, UUID]


def organisation_id(slug: str) -> UUID:
    """The id of a body that was given only a slug."""
    return made_id("organisation", slug)


def made_id(kind: str, *parts: object) -> UUID:
    """The same id for the same entry each time the file is read."""
    return uuid5(NAMESPACE_URL, ":".join(["lantoa", kind, *map(str, parts)]))


class OfBody(Given):
    """Names an organisation by slug or by id."""

    organisation: Slug | None = None
    organisation_id: UUID | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.organisation is None) == (self.organisation_id is None):
            raise PydanticCustomError("one_name", "names not exactly one body")
        return self

    def body(self, ids: Ids) -> UUID:
        """The organisation's id."""
        return self.organisation_id or _resolved(self.organisation or "", ids)


def _resolved(slug: str, ids: Ids) -> UUID:
    return ids.get(slug) or organisation_id(slug)


class EdgeEntry(Given):
    """An edge to a body by slug (`to`) or by id (`to_id`)."""

    type: EdgeType
    to: Slug | None = None
    to_id: UUID | None = None
    role: Short | None = None
    from_on: Day | None = None
    to_on: Day | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.to is None) == (self.to_id is None):
            raise PydanticCustomError("one_name", "names not exactly one body")
        return self

    def part(self, ids: Ids) -> Edge:
        """As the fact tells it."""
        to_id = self.to_id or _resolved(self.to or "", ids)
        return Edge(type=self.type, to_id=to_id, role=self.role, from_on=self.from_on, to_on=self.to_on)


class HeirEntry(OfBody):
    """An heir, and where that is stated."""

    principal: Flag = True
    source: Line | None = None

    def part(self, ids: Ids) -> Heir:
        """As the fact tells it."""
        return Heir(organisation_id=self.body(ids), principal=self.principal, source=self.source)


class OrganisationEntry(Given):
    """An organisation, whole; without an id it gets one made from its slug."""

    id: UUID | None = None
    slug: Slug
    hierarchy: Annotated[Line, Field(max_length=50)]
    names: Annotated[list[NameIn], Field(min_length=1, max_length=100)]
    edges: Annotated[list[EdgeEntry], Field(max_length=200)] = []
    identifiers: Annotated[list[IdentifierIn], Field(max_length=50)] = []
    heirs: Annotated[list[HeirEntry], Field(max_length=50)] = []
    valid_from: Day | None = None
    valid_to: Day | None = None

    @property
    def key(self) -> UUID:
        """Its id."""
        return self.id or organisation_id(self.slug)

    def fact(self, ids: Ids) -> OrganisationChanged:
        """As it is announced."""
        return OrganisationChanged(
            organisation_id=self.key,
            slug=self.slug,
            hierarchy=self.hierarchy,
            names=[name.part() for name in self.names],
            edges=[edge.part(ids) for edge in self.edges],
            identifiers=[Identifier(scheme=i.scheme, value=i.value) for i in self.identifiers],
            heirs=[heir.part(ids) for heir in self.heirs],
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class OfficeEntry(OfBody):
    """A post of a person known by `person_id`, or by `issuer` and `subject` of his token."""

    id: UUID | None = None
    person_id: UUID | None = None
    issuer: Short | None = None
    subject: Short | None = None
    person_name: Short
    role: Role
    from_on: Day
    to_on: Day | None = None

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        by_token = self.issuer is not None and self.subject is not None
        if by_token == (self.person_id is not None):
            raise PydanticCustomError("one_person", "names not exactly one person")
        return self

    def fact(self, ids: Ids) -> OfficeChanged:
        """As it is announced."""
        person = self.person_id or person_id(self.issuer or "", self.subject or "")
        body = self.body(ids)
        return OfficeChanged(
            office_id=self.id or made_id("office", person, body, self.role.value, self.from_on),
            person_id=person,
            person_name=self.person_name,
            organisation_id=body,
            role=self.role.value,
            from_on=self.from_on,
            to_on=self.to_on,
        )


class ChannelEntry(OfBody):
    """A channel of an organisation."""

    id: UUID | None = None
    kind: ChannelKind
    name: Short
    url: Url | None = None
    official: Flag = True
    release: Release = "automatic"
    from_on: Day | None = None
    to_on: Day | None = None

    def fact(self, ids: Ids) -> ChannelChanged:
        """As it is announced."""
        body = self.body(ids)
        given = self.model_dump(exclude={"id", "organisation", "organisation_id"})
        key = self.id or made_id("channel", body, self.kind, slug_of(self.name))
        return ChannelChanged(channel_id=key, organisation_id=body, **given)


class MovementEntry(Given):
    """A movement or campaign with its other names; a body named here keeps the entry from then on."""

    id: UUID | None = None
    organisation: Slug | None = None
    organisation_id: UUID | None = None
    name: Line
    aliases: Annotated[list[Line], Field(max_length=50)] = []
    launched_by: Line | None = None
    launched_on: Day | None = None

    def fact(self) -> MovementChanged:
        """As it is announced."""
        given = self.model_dump(exclude={"id", "organisation", "organisation_id"})
        return MovementChanged(movement_id=self.key, **given)

    @property
    def key(self) -> UUID:
        """Its id."""
        return self.id or made_id("movement", slug_of(self.name))

    def keeper(self, ids: Ids) -> UUID | None:
        """Who keeps it, if that is said."""
        return self.organisation_id or (_resolved(self.organisation, ids) if self.organisation else None)


class DirectoryDocument(Given):
    """A whole directory, or part of one; reading it twice changes nothing. `source` says where it comes from."""

    source: Line | None = None
    organisations: list[OrganisationEntry] = []
    offices: list[OfficeEntry] = []
    channels: list[ChannelEntry] = []
    movements: list[MovementEntry] = []

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        slugs = [organisation.slug for organisation in self.organisations]
        if len(set(slugs)) != len(slugs):
            raise PydanticCustomError("not_different", "states {name} twice", {"name": "slug"})
        return self

    def directory(self) -> Directory:
        """With every name resolved, as `actions.import_directory` takes it."""
        ids = {organisation.slug: organisation.key for organisation in self.organisations}
        return Directory(
            organisations=[organisation.fact(ids) for organisation in self.organisations],
            offices=[office.fact(ids) for office in self.offices],
            channels=[channel.fact(ids) for channel in self.channels],
            movements=[movement.fact() for movement in self.movements],
            keepers={m.key: keeper for m in self.movements if (keeper := m.keeper(ids))},
        )


class FirstEntries(Given):
    """What `lantoa directory init` needs: the first organisation and its first administrator."""

    organisation: OrganisationEntry
    issuer: Short
    subject: Short
    person_name: Short
    from_on: Day

    def facts(self) -> tuple[OrganisationChanged, OfficeChanged]:
        """As `actions.init_directory` takes them."""
        office = OfficeEntry(
            organisation_id=self.organisation.key,
            issuer=self.issuer,
            subject=self.subject,
            person_name=self.person_name,
            role=Role.ADMINISTRATOR,
            from_on=self.from_on,
        )
        return self.organisation.fact({}), office.fact({})
