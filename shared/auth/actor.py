"""Who acts: a person with today's offices, another system with scopes, the operator, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5


class Role(StrEnum):
    """What a person's post allows; the table is in `design/services` of the documentation."""

    NOMINATOR = "nominator"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    EDITOR = "editor"
    PLAN_OFFICER = "plan_officer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """A post held today."""

    organisation_id: UUID
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """`offices` are those valid today; `scopes` are non-empty only for systems."""

    kind: Literal["person", "system", "operator"]
    person_id: UUID | None
    name: str
    offices: tuple[HeldOffice, ...] = ()
    scopes: frozenset[str] = frozenset()

    @property
    def id(self) -> UUID:
        """The person's id. Raises ValueError for the operator and the system itself."""
        if self.person_id is None:
            raise ValueError(f"{self.name} is no person")
        return self.person_id

    def holds(self, role: Role, organisation_id: UUID | None) -> bool:
        """Whether he holds this office at exactly this organisation today."""
        return any(o.role is role and o.organisation_id == organisation_id for o in self.offices)

    def holds_any(self, roles: set[Role], organisation_id: UUID | None) -> bool:
        """Whether he holds one of these offices at exactly this organisation today."""
        return any(o.role in roles and o.organisation_id == organisation_id for o in self.offices)

    def organisations(self, *roles: Role) -> frozenset[UUID]:
        """Where he holds one of these offices today (any office if none is named)."""
        return frozenset(o.organisation_id for o in self.offices if not roles or o.role in roles)


OPERATOR = Actor("operator", None, "operator")  # someone with the command line of the server
SYSTEM = Actor("system", None, "lantoa")  # a clock or a handler of ours


@lru_cache(1024)
def person_id(issuer: str, subject: str) -> UUID:
    """The same person everywhere: uuid5 of `iss#sub`."""
    return uuid5(NAMESPACE_URL, f"{issuer}#{subject}")
