"""A reading as persons decided it, in the shape of a Reading again: for the linter, and for whoever takes it on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from services.plans.confirming.holding import Held
from services.plans.confirming.leaves import CRITERIA, LISTS, SCALARS
from services.plans.confirming.values import plain
from services.plans.reading.reading import Reading

BY_HAND = "by_hand"  # the rule of what no machine read


def as_decided(reading: Reading, leaves: Mapping[str, Held]) -> tuple[Reading, dict[str, str]]:
    """The reading with what holds now, and the key of each of its leaves in the reading as it was."""
    lists: dict[str, list[dict[str, Any]]] = defaultdict(list)
    keys: dict[str, str] = {}
    whole: dict[str, Any] = {"text": reading.text}
    for key, held in leaves.items():
        if not (held.holds or (held.standing is None and held.read)):
            continue
        if held.family in SCALARS:
            whole[key], keys[key] = _leaf(held), key
        elif held.family in LISTS:
            keys[f"{held.family}/{len(lists[held.family])}"] = key
            lists[held.family].append(_leaf(held))
    criteria = {family.rpartition("/")[2]: lists.pop(family, []) for family in CRITERIA}
    return Reading.model_validate({**whole, **lists, "criteria": criteria}), keys


def _leaf(held: Held) -> dict[str, Any]:
    """What was read, with the value that holds; a wave that nobody could use yet is as it was read."""
    read = held.read.model_dump(mode="json", by_alias=True) if held.read else _by_hand()
    return read if held.value is None else {**read, "value": plain(held.value)}


def _by_hand() -> dict[str, Any]:
    return {"quote": "", "start": 0, "end": 0, "confidence": 1.0, "rule": BY_HAND}
