"""What stands above a sentence: where an item there may name who is meant, a bearer not read is not called missing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from services.plans.reading.layout import Block, blocks, role_of, whom_of
from services.plans.reading.page import page
from services.plans.reading.reading import Reading

REACH = 60  # paragraphs: the head of a longer item is out of sight, and looking further would not be linear


def may_name_bearer(reading: Reading) -> frozenset[int]:
    """Of the obligations without bearer, the places of those below an item that is no section («1. Các vụ, cục»)."""
    implied = [place for place, leaf in enumerate(reading.obligations) if not leaf.value.actor]
    if not implied:
        return frozenset()
    whole = page(reading.text)
    everything = blocks(whole)
    starts = [whole.at[block.whole[0]] for block in everything]
    own = {place: bisect_right(starts, reading.obligations[place].start) - 1 for place in implied}
    return frozenset(
        place for place, at in own.items() if not all(_is_section(item) for item in _items_above(everything, at))
    )


def _items_above(everything: list[Block], at: int) -> Iterator[Block]:
    """The nearest paragraph of each higher level, innermost first."""
    level = everything[at].level
    for block in reversed(everything[max(0, at - REACH) : max(0, at)]):
        if block.marker and block.level < level:
            level = block.level
            yield block


def _is_section(item: Block) -> bool:
    return role_of(item.text) is not None or whom_of(item.text) is not None
