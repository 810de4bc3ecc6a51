"""An amendment beside the plan it amends, obligation by obligation; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from services.plans.confirming.holding import Held
from services.plans.confirming.leaves import KEPT
from services.plans.confirming.values import ObligationGiven, plain
from services.plans.terms import Obligation
from shared.text import fold

ALIKE = 0.5  # share of words from which two sentences state the same obligation
SAME_KIND = 0.1  # what being of one kind adds
COMPARED = ("kind", "actor", "minimum", "maximum", "cadence", "deadline")
LINKED = {"to_ids": "to", "via_id": "via", "then_to_id": "then", "bearers": "bearers"}


class Change(StrEnum):
    """What becomes of an obligation."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    ABSENT = "absent"  # stated before, and not in the new text: it goes on or falls away, as a person decides


class FieldChange(NamedTuple):
    """One thing that an obligation states differently, as JSON gives it."""

    name: str
    before: Any
    after: Any


class Difference(NamedTuple):
    """One obligation before and after; `key` is its leaf in the new text, `kept/…` where that does not state it."""

    change: Change
    key: str
    before: Obligation | None
    fields: tuple[FieldChange, ...] = ()


def same_obligations(before: Sequence[Obligation], sentences: Mapping[str, tuple[str, str]]) -> dict[str, UUID]:
    """Which leaf states which obligation again: `sentences` are kind and quote by key. The most alike first."""
    words = {key: (kind, _words(quote)) for key, (kind, quote) in sentences.items()}
    pairs = sorted(
        ((_likeness(o, *said), key, o.id) for key, said in words.items() for o in before if not o.quarter),
        key=lambda pair: (-pair[0], pair[1]),
    )
    found: dict[str, UUID] = {}
    for likeness, key, obligation_id in pairs:
        if likeness >= ALIKE and key not in found and obligation_id not in found.values():
            found[key] = obligation_id
    return found


def differences(
    before: Sequence[Obligation], leaves: Mapping[str, Held], same: Mapping[str, UUID], *, linked: bool = True
) -> list[Difference]:
    """In the order of the new text, then what it does not state. Without `linked` bodies are not compared."""
    known = {o.id: o for o in before}
    stated = [leaf for leaf in leaves.values() if leaf.family == "obligations" and leaf.holds]
    found = [_difference(leaf, known.get(same[leaf.key]) if leaf.key in same else None, linked) for leaf in stated]
    return [*found, *(Difference(Change.ABSENT, f"{KEPT}/{o.id}", o) for o in absent(before, leaves, same))]


def absent(before: Sequence[Obligation], leaves: Mapping[str, Held], same: Mapping[str, UUID]) -> list[Obligation]:
    """What the new text does not state: neither the sentence, nor whose turn that quarter is."""
    holding = [leaf for leaf in leaves.values() if leaf.holds]
    stated = {same[leaf.key] for leaf in holding if leaf.key in same}
    quarters = {leaf.value.quarter for leaf in holding if leaf.family == "rotation"}
    return [o for o in before if o.id not in stated and not (o.quarter and o.quarter in quarters)]


def _difference(leaf: Held, before: Obligation | None, linked: bool) -> Difference:
    if before is None:
        return Difference(Change.ADDED, leaf.key, None)
    fields = tuple(_changed(before, leaf.value))
    if linked and leaf.standing is not None:
        fields += tuple(_relinked(before, leaf))
    return Difference(Change.CHANGED if fields else Change.UNCHANGED, leaf.key, before, fields)


def _changed(before: Obligation, after: ObligationGiven) -> Iterable[FieldChange]:
    for name in COMPARED:
        old, new = plain(getattr(before, name)), plain(getattr(after, name))
        if (fold(old) != fold(new)) if isinstance(old, str) and isinstance(new, str) else old != new:
            yield FieldChange(name, old, new)


def _relinked(before: Obligation, leaf: Held) -> Iterable[FieldChange]:
    for name, told in LINKED.items():
        old, new = getattr(before, name), getattr(leaf.links, name)
        if old != new:
            yield FieldChange(told, _ids(old), _ids(new))


def _ids(value: Any) -> Any:
    if isinstance(value, list):
        return [str(part) for part in value]
    return plain(value) if hasattr(value, "model_dump") else value and str(value)


def _likeness(before: Obligation, kind: str, words: frozenset[str]) -> float:
    known = _words(before.quote or before.what or "")
    shared = len(known & words) / (len(known | words) or 1)
    return shared + (SAME_KIND if before.kind.value == kind else 0)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(text)))
