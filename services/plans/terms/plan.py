"""A plan, whole, and how its obligations stand to each other."""

from __future__ import annotations

import sys
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.plans.terms.obligation import Obligation
from services.plans.terms.parts import Cited, Parent, PlanPeriod, Subjects, Wave
from services.plans.terms.words import Kind, PartialDate, Short, Value
from shared.text import Line

# What a rotation's clause leaves unsaid and takes from the nominate obligation of its cadence.
TAKEN_OVER = ("minimum", "maximum", "deadline", "to_ids", "via_id", "then_to_id")


class PlanTerms(Value):
    """A plan, whole."""

    issuer_id: UUID
    document_type: Short = "KH"
    number: Short | None = None
    symbol: Short | None = None
    date: PartialDate | None = None
    place: Line | None = None
    title: Line
    period: PlanPeriod
    subjects: Subjects = Subjects()
    file_id: UUID | None = None
    cited: Annotated[list[Cited], Field(max_length=100)] = []
    parents: Annotated[list[Parent], Field(max_length=20)] = []
    movement_ids: Annotated[list[UUID], Field(max_length=100)] = []
    obligations: Annotated[list[Obligation], Field(max_length=200)] = []
    waves: Annotated[list[Wave], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for values, name in (
            ([o.id for o in self.obligations], "obligations.id"),
            ([o.label for o in self.obligations], "obligations.label"),
            ([w.number for w in self.waves], "waves.number"),
        ):
            if len(set(values)) != len(values):
                raise PydanticCustomError("not_different", "states {name} twice", {"name": name})
        return self

    @property
    def code(self) -> str | None:
        """«221/KH-UBND», when both halves are stated."""
        return f"{self.number}/{self.symbol}" if self.number and self.symbol else None

    def basis_of(self, rotation: Obligation) -> Obligation | None:
        """The nominate obligation from which a rotation takes over what it leaves unsaid: the first of its cadence."""
        if rotation.kind is not Kind.ROTATION:
            return None
        same = (o for o in self.obligations if o.kind is Kind.NOMINATE and o.cadence is rotation.cadence)
        return next(same, None)

    def effective(self, obligation: Obligation) -> tuple[Obligation, list[str]]:
        """The obligation with what it takes over filled in, and the names of those fields."""
        basis = self.basis_of(obligation)
        if basis is None:
            return obligation, []
        taken = [name for name in TAKEN_OVER if not getattr(obligation, name) and getattr(basis, name)]
        if obligation.to_ids:  # its own receiver has its own way there
            taken = [name for name in taken if name not in {"via_id", "then_to_id"}]
        if (obligation.minimum or basis.minimum or 1) > (obligation.maximum or basis.maximum or sys.maxsize):
            taken = [name for name in taken if name not in {"minimum", "maximum"}]  # what it states itself holds
        return obligation.model_copy(update={name: getattr(basis, name) for name in taken}), taken

    def counting_for(self, obligation: Obligation) -> list[UUID]:
        """The obligations a nomination may name to count here: itself, and its rotation or the rotation's basis."""
        bases = {o.id: basis.id for o in self.obligations if (basis := self.basis_of(o))}
        related = [own for own, basis_id in bases.items() if basis_id == obligation.id]
        return [obligation.id, *related, *filter(None, [bases.get(obligation.id)])]
