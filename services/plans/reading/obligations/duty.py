"""A sentence on its way to an obligation: what it states, and the duty it was read as."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.plans.reading.obligations.deadlines import Deadline
from services.plans.reading.obligations.kinds import KindRule
from services.plans.reading.obligations.quantities import Quantity
from services.plans.reading.obligations.receivers import Receivers
from services.plans.reading.page import Span
from services.plans.reading.reading import ObligationValue
from services.plans.terms import Cadence, Kind


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence states, before it is known what it asks for."""

    how_many: Quantity | None
    when: Deadline | None
    often: tuple[Cadence, Span] | None
    way: Receivers

    def has(self, text: str) -> set[str]:
        """The names by which rules of kinds ask for it."""
        stated = {
            "number": self.how_many,
            "deadline": self.when,
            "cadence": self.often,
            "receiver": self.way.to,
            "inside": "thể hiện trong báo cáo" in text.casefold(),
        }
        return {name for name, value in stated.items() if value}


@dataclass(frozen=True, slots=True)
class Duty:
    """A sentence read as a duty."""

    span: Span
    rule: KindRule
    value: ObligationValue
    spans: dict[str, Span]
    sure: bool

    @property
    def stands_alone(self) -> bool:
        """What opens duties is never folded into a neighbouring sentence."""
        value = self.value
        return bool(value.minimum or value.maximum or value.deadline or value.to) or self.rule.kind not in {
            Kind.EXECUTE,
            Kind.AWARD,
            Kind.OTHER,
        }

    def given(self, **values: tuple[object, Span]) -> Duty:
        """With these fields, each with the place it was read at."""
        value = self.value.model_copy(update={name: each for name, (each, _) in values.items()})
        return replace(self, value=value, spans={**self.spans, **{name: at for name, (_, at) in values.items()}})
