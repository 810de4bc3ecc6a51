"""What a confirmed or corrected leaf holds: the shapes of a Reading, each strict enough to bind."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from services.plans.confirming.leaves import CRITERIA
from services.plans.reading.reading import ChannelKind
from services.plans.terms import (
    Bearers,
    Cadence,
    Deadline,
    Kind,
    PartialDate,
    PlanPeriod,
    Short,
    Subjects,
    Value,
    check_order,
    check_quantities,
)
from shared.exact import Whole
from shared.text import Line, Paragraphs

Quantity = Annotated[Whole, Field(ge=1, le=10_000)]


class Standing(StrEnum):
    """What a person decided on a leaf; one without a decision is proposed."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"


class CitedGiven(Value):
    """A document the plan rests on or names."""

    type: Short
    code: Short
    number: Short
    symbol: Short
    date: PartialDate | None = None
    issuer: Line | None = None
    relation: Literal["basis", "cited"] = "cited"


class MovementGiven(Value):
    """A movement and its other wordings."""

    name: Line
    aliases: Annotated[list[Line], Field(max_length=50)] = []


class ChannelGiven(Value):
    """Where exemplars are made known."""

    kind: ChannelKind
    name: Line


class ThenGiven(Value):
    """What the receiver does next."""

    action: Line
    to: Line | None = None
    publish_on: Annotated[list[Line], Field(max_length=50)] = []


class ObligationGiven(Value):
    """Something a body must do, in the plan's own words."""

    kind: Kind
    actor: Line | None = None
    minimum: Quantity | None = None
    maximum: Quantity | None = None
    cadence: Cadence | None = None
    deadline: Deadline | None = None
    to: Annotated[list[Line], Field(max_length=50)] = []
    via: Line | None = None
    then: ThenGiven | None = None

    @model_validator(mode="after")
    def _consistent(self) -> ObligationGiven:
        check_quantities(self)
        return self


class RotationGiven(Value):
    """Whose turn a quarter is."""

    quarter: Annotated[Whole, Field(ge=1, le=4)]
    unit: Line


class WaveGiven(Value):
    """A stretch of the plan, dates as precise as stated."""

    number: Annotated[Whole, Field(ge=1, le=50)]
    start: PartialDate
    end: PartialDate

    @model_validator(mode="after")
    def _in_order(self) -> WaveGiven:
        check_order(self.start, self.end)
        return self


class RecipientGiven(Value):
    """Who the plan is sent to."""

    name: Line
    purpose: Line | None = None


class SignerGiven(Value):
    """Who signed, and by what authority."""

    authority: Short | None = None
    on_behalf_of: Line | None = None
    position: Line
    name: Line | None = None


class KeptGiven(Value):
    """An obligation of the amended plan, by its label."""

    label: Short


class Links(Value):
    """The organisations that an obligation or a turn names, and the entry that a movement is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bearers: Bearers = Bearers()
    to_ids: Annotated[list[UUID], Field(max_length=50)] = []
    via_id: UUID | None = None
    then_to_id: UUID | None = None
    movement_id: UUID | None = None


NO_LINKS = Links()
VALUES: dict[str, TypeAdapter[Any]] = {
    **{name: TypeAdapter(Short) for name in ("document_type", "number", "symbol")},
    **{name: TypeAdapter(Line) for name in ("place", "title", "issuer")},
    **{name: TypeAdapter(Paragraphs) for name in ("funding", "scoring", *CRITERIA)},
    "date": TypeAdapter(PartialDate),
    "period": TypeAdapter(PlanPeriod),
    "subjects": TypeAdapter(Subjects),
    "signer": TypeAdapter(SignerGiven),
    "cited": TypeAdapter(CitedGiven),
    "movements": TypeAdapter(MovementGiven),
    "channels": TypeAdapter(ChannelGiven),
    "obligations": TypeAdapter(ObligationGiven),
    "rotation": TypeAdapter(RotationGiven),
    "waves": TypeAdapter(WaveGiven),
    "recipients": TypeAdapter(RecipientGiven),
    "kept": TypeAdapter(KeptGiven),
}


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.model_dump(mode="json", by_alias=True) if hasattr(value, "model_dump") else value
