"""What an amendment makes of the plan it amends, obligation by obligation; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from services.plans.confirming.holding import Held
from services.plans.confirming.leaves import KEPT
from services.plans.confirming.linking import named
from services.plans.confirming.values import Links, ObligationGiven, plain
from services.plans.terms import Bearers, Kind, Obligation
from shared.text import fold

COMPARED = ("kind", "actor", "minimum", "maximum", "cadence", "deadline")
UNSAID_BY_TURNS = ("cadence", "deadline")  # of the sentence that deals out turns: each turn has its own
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


def differences(
    before: Sequence[Obligation],
    leaves: Mapping[str, Held],
    same: Mapping[str, UUID],
    *,
    proposed: Mapping[str, Links] | None = None,
) -> list[Difference]:
    """In the order of the new text, then what it does not state.

    What nobody has decided on is compared with what is `proposed` for it; without a proposal its bodies are not.
    """
    known, likely = {o.id: o for o in before}, proposed or {}
    stated = [leaf for leaf in leaves.values() if leaf.family == "obligations" and leaf.holds]
    found = [
        _difference(leaf, known.get(same[leaf.key]) if leaf.key in same else None, likely.get(leaf.key))
        for leaf in stated
    ]
    return [
        *found,
        *_turns(before, leaves, likely),
        *(Difference(Change.ABSENT, f"{KEPT}/{o.id}", o) for o in absent(before, leaves, same)),
    ]


def absent(before: Sequence[Obligation], leaves: Mapping[str, Held], same: Mapping[str, UUID]) -> list[Obligation]:
    """What the new text does not state: neither the sentence, nor whose turn that quarter is."""
    holding = [leaf for leaf in leaves.values() if leaf.holds]
    stated = {same[leaf.key] for leaf in holding if leaf.key in same}
    quarters = {leaf.value.quarter for leaf in holding if leaf.family == "rotation"}
    return [o for o in before if o.id not in stated and not (o.quarter and o.quarter in quarters)]


def _difference(leaf: Held, before: Obligation | None, proposed: Links | None) -> Difference:
    if before is None:
        return Difference(Change.ADDED, leaf.key, None)
    fields = [*_changed(before, leaf.value), *_done_next(before, leaf)]
    if leaf.standing is not None:
        fields += _relinked(before, leaf.links)
    elif proposed is not None:
        fields += _likely_relinked(before, leaf, proposed)
    return Difference(Change.CHANGED if fields else Change.UNCHANGED, leaf.key, before, tuple(fields))


def _turns(
    before: Sequence[Obligation], leaves: Mapping[str, Held], proposed: Mapping[str, Links]
) -> Iterable[Difference]:
    """Whose turn a quarter is: one obligation a quarter, told under its first leaf."""
    known = {o.quarter: o for o in before if o.quarter}
    quarters: dict[int, list[Held]] = defaultdict(list)
    for leaf in leaves.values():
        if leaf.family == "rotation" and leaf.holds:
            quarters[leaf.value.quarter].append(leaf)
    for quarter, turns in sorted(quarters.items()):
        old = known.get(quarter)
        fields = tuple(_other_turns(old, turns, proposed)) if old else ()
        change = Change.ADDED if old is None else Change.CHANGED if fields else Change.UNCHANGED
        yield Difference(change, turns[0].key, old, fields)


def _other_turns(old: Obligation, turns: Sequence[Held], proposed: Mapping[str, Links]) -> Iterable[FieldChange]:
    actor = "; ".join(turn.value.unit for turn in turns)
    if fold(actor) != fold(old.actor or ""):
        yield FieldChange("actor", old.actor, actor)
    linked = [turn.links if turn.standing is not None else proposed.get(turn.key, turn.links) for turn in turns]
    bodies = [body for links in linked for body in links.bearers.organisation_ids]
    rule = next((links.bearers for links in linked if links.bearers.edge_type), Bearers())
    new = Bearers(organisation_ids=list(dict.fromkeys(bodies)), edge_type=rule.edge_type, of_id=rule.of_id)
    if all(links.bearers.stated for links in linked) and _unordered(new) != _unordered(old.bearers):
        yield FieldChange("bearers", _ids(old.bearers), _ids(new))


def _changed(before: Obligation, after: ObligationGiven) -> Iterable[FieldChange]:
    for name in COMPARED:
        if after.kind is Kind.ROTATION and name in UNSAID_BY_TURNS:
            continue
        old, new = plain(getattr(before, name)), plain(getattr(after, name))
        if (fold(old) != fold(new)) if isinstance(old, str) and isinstance(new, str) else old != new:
            yield FieldChange(name, old, new)


def _done_next(before: Obligation, leaf: Held) -> Iterable[FieldChange]:
    """What the receiver does then, which a plan keeps only in its sentence: told where only the new one says it."""
    action = leaf.value.then.action if leaf.value.then else None
    if action and leaf.read and before.quote and _says(leaf.read.quote, action) and not _says(before.quote, action):
        yield FieldChange("action", None, action)


def _relinked(before: Obligation, links: Links) -> Iterable[FieldChange]:
    for name, told in LINKED.items():
        old, new = getattr(before, name), getattr(links, name)
        if _unordered(old) != _unordered(new):
            yield FieldChange(told, _ids(old), _ids(new))


def _likely_relinked(before: Obligation, leaf: Held, proposed: Links) -> Iterable[FieldChange]:
    """Words that mean no body for sure have changed where the old sentence does not say them."""
    words, told = named(leaf), {LINKED[name]: name for name in LINKED}
    open_ = {name for name, said in words.items() if len(said) > _linked(getattr(proposed, name))}
    yield from (field for field in _relinked(before, proposed) if told[field.name] not in open_)
    for name in sorted(open_ - {"bearers"}):  # who bears it is compared as the actor
        if not (before.quote and all(_says(before.quote, each) for each in words[name])):
            yield FieldChange(LINKED[name], _ids(getattr(before, name)), words[name])


def _linked(value: Any) -> int:
    """How many wordings are linked."""
    if isinstance(value, Bearers):
        return int(value.stated)
    return len(value) if isinstance(value, list) else int(value is not None)


def _unordered(value: Any) -> Any:
    if isinstance(value, Bearers):
        return frozenset(value.organisation_ids), value.edge_type, value.of_id
    return frozenset(value) if isinstance(value, list) else value


def _ids(value: Any) -> Any:
    if isinstance(value, list):
        return [str(part) for part in value]
    return plain(value) if hasattr(value, "model_dump") else value and str(value)


def _says(sentence: str, words: str) -> bool:
    return fold(words) in fold(sentence)
