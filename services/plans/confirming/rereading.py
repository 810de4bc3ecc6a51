"""A reading as persons decided it, in the shape of a Reading again: for the linter, and for whoever takes it on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from services.plans.confirming.holding import Held, read_value
from services.plans.confirming.leaves import CRITERIA, LISTS, SCALARS
from services.plans.confirming.values import Standing, plain
from services.plans.reading.reading import BY_HAND, Reading


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
    nowhere = {"quote": "", "start": 0, "end": 0}
    read = held.read.model_dump(mode="json", by_alias=True) if held.read else nowhere
    if held.standing is Standing.CORRECTED:
        read |= _by_hand(held, read)
    return read if held.value is None else {**read, "value": plain(held.value)}


def _by_hand(held: Held, read: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a leaf as it was read: of the words of its fields those stay that a person left as they were."""
    given: dict[str, Any] = {"confidence": 1.0, "rule": BY_HAND}
    if "fields" not in read:
        return given
    before, after = plain(read_value(held.key, held.read)) or {}, plain(held.value)
    same = {name: words for name, words in read["fields"].items() if before.get(name) == after.get(name)}
    return {**given, "fields": same}
