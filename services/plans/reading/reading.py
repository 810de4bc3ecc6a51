"""What reading a plan gives: a Reading, as docs/reading.md says. Every leaf points at the words it was read from."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from services.plans.terms import Cadence, Kind

T = TypeVar("T")
BY_HAND = "by_hand"  # the rule of a leaf whose value a person gave


class Part(BaseModel):
    """A piece of a Reading; nothing outside the format."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Words(Part):
    """Where words stand: `text[start:end] == quote`."""

    quote: str
    start: int
    end: int


class Leaf(Words, Generic[T]):
    """One thing read. `confidence` is how often this rule is right; `rule` is its name."""

    value: T
    confidence: float
    rule: str


class PeriodValue(Part):
    """The years a plan covers."""

    kind: Literal["year", "range", "open_ended"]
    start_year: int | None
    end_year: int | None


class CitedValue(Part):
    """A document the plan rests on (`basis`) or names (`cited`); first and later mentions are one."""

    type: str
    code: str
    number: str
    symbol: str
    date: str | None
    issuer: str | None
    relation: Literal["basis", "cited"]


class SubjectsValue(Part):
    """Who may be presented."""

    collective: bool
    individual: bool
    household: bool


class Criteria(Part):
    """The sentences by which exemplars are chosen; `head_of_unit` is the rule on who leads a unit."""

    general: list[Leaf[str]] = []
    collective: list[Leaf[str]] = []
    individual: list[Leaf[str]] = []
    household: list[Leaf[str]] = []
    head_of_unit: list[Leaf[str]] = []


class MovementValue(Part):
    """A movement as first named; `aliases` are its other wordings in this text."""

    name: str
    aliases: list[str] = []


ChannelKind = Literal[
    "portal", "newspaper", "radio_tv", "loudspeaker", "magazine", "event", "visual", "word_of_mouth", "other"
]


class ChannelValue(Part):
    """Where and how exemplars are made known."""

    kind: ChannelKind
    name: str


class DeadlineValue(Part):
    """One of `date`, `rrule` or `after`; `for: previous` means the instant closes the period before."""

    date: str | None = None
    rrule: str | None = None
    after: str | None = None
    days: int | None = None
    working_days: bool = False
    strictly_before: bool = False
    closes: Literal["same", "previous"] = Field(default="same", alias="for")


class ThenValue(Part):
    """What the receiver does next: the next rung of the ladder."""

    action: str
    to: str | None
    publish_on: list[str] = []


class ObligationValue(Part):
    """Something a named or implied body must do."""

    kind: Kind
    actor: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    cadence: Cadence | None = None
    deadline: DeadlineValue | None = None
    to: list[str] = []
    via: str | None = None
    then: ThenValue | None = None


class ObligationLeaf(Leaf[ObligationValue]):
    """A whole obligation; `fields` points at the words of each of its fields."""

    fields: dict[str, Words] = {}


class RotationValue(Part):
    """Whose turn a quarter is."""

    quarter: int
    unit: str


class WaveValue(Part):
    """A stretch of the plan («đợt»), dates as precise as stated."""

    number: int
    start: str | None
    end: str


class RecipientValue(Part):
    """Who the plan is sent to, and what for, where it says so."""

    name: str
    purpose: str | None


class SignerValue(Part):
    """Who signed, and by what authority (TM., KT., TL., TUQ., Q.)."""

    authority: str | None
    on_behalf_of: str | None
    position: str
    name: str | None


class Reading(Part):
    """A plan as read. What the text does not state is null or an empty list."""

    text: str
    document_type: Leaf[str] | None = None
    number: Leaf[str] | None = None
    symbol: Leaf[str] | None = None
    date: Leaf[str] | None = None
    place: Leaf[str] | None = None
    title: Leaf[str] | None = None
    issuer: Leaf[str] | None = None
    period: Leaf[PeriodValue] | None = None
    subjects: Leaf[SubjectsValue] | None = None
    criteria: Criteria = Criteria()
    cited: list[Leaf[CitedValue]] = []
    movements: list[Leaf[MovementValue]] = []
    channels: list[Leaf[ChannelValue]] = []
    obligations: list[ObligationLeaf] = []
    rotation: list[Leaf[RotationValue]] = []
    waves: list[Leaf[WaveValue]] = []
    recipients: list[Leaf[RecipientValue]] = []
    signer: Leaf[SignerValue] | None = None
    funding: Leaf[str] | None = None
    scoring: Leaf[str] | None = None
