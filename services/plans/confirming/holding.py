"""What holds of a reading once persons have decided: each leaf's value, with the machine's kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.plans.confirming.leaves import KEPT, family_of, leaves_of
from services.plans.confirming.values import NO_LINKS, VALUES, Links, Standing, plain
from services.plans.reading.reading import Leaf, Reading
from shared.text import visible


class Decision(NamedTuple):
    """What a person says of one leaf. `value` only where it is corrected or added."""

    key: str
    standing: Standing
    value: Any = None
    links: Links = NO_LINKS


class Held(NamedTuple):
    """One leaf as it stands: what was read (none where a person added it), what was decided, and what holds now.

    `value` is that of `VALUES` for its family: the machine's while nothing was decided and it is of the right shape.
    """

    key: str
    read: Leaf[Any] | None
    standing: Standing | None
    value: Any
    links: Links

    @property
    def family(self) -> str:
        """The list it stands in, or its own name."""
        return family_of(self.key)

    @property
    def holds(self) -> bool:
        """Whether the plan says this: nothing does that was dismissed, or that nobody could read."""
        return self.standing is not Standing.DISMISSED and self.value is not None


def held(
    reading: Reading, decisions: Mapping[str, Decision], *, still: Mapping[str, Leaf[Any]] | None = None
) -> dict[str, Held]:
    """Every leaf, read or added, by key. `still` are obligations of the amended plan that the text does not state."""
    read = leaves_of(reading) | dict(still or {})
    given = {key for key, decision in decisions.items() if decision.standing is not Standing.DISMISSED}
    added = sorted(given - read.keys(), key=_in_order)
    return {key: _one(key, read.get(key), decisions.get(key)) for key in [*read, *added]}


def _one(key: str, read: Leaf[Any] | None, decision: Decision | None) -> Held:
    if decision is None:
        return Held(key, read, None, read_value(key, read), NO_LINKS)
    corrected = decision.standing is Standing.CORRECTED
    value = decision.value if corrected else read_value(key, read)
    return Held(key, read, decision.standing, value, decision.links)


def read_value(key: str, read: Leaf[Any] | None) -> Any:
    """What was read, as the plan would hold it; None if it must be corrected first (a wave without a start)."""
    if read is None:
        return None
    try:
        return VALUES[family_of(key)].validate_python(_visible(plain(read.value)))
    except ValidationError:
        return None


def _visible(value: Any) -> Any:
    """The same without characters that nobody can see; a document may hold any."""
    if isinstance(value, dict):
        return {name: _visible(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_visible(part) for part in value]
    return visible(value) if isinstance(value, str) else value


def _in_order(key: str) -> tuple[str, int]:
    family, _, place = key.rpartition("/")
    return (family, int(place)) if place.isdecimal() and family != KEPT else (key, 0)
