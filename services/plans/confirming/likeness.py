"""How alike two texts are, without reading both: a sketch of the smallest hashes of their runs of five words."""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection
from hashlib import blake2b

from shared.text import fold

RUN, KEPT = 5, 64
ALIKE = 0.7  # share of runs from which a person should look whether it is the same document


def sketch(text: str) -> list[int]:
    """Up to 64 signed 64-bit numbers, ascending: the smallest hashes of all runs (Broder's bottom-k sketch)."""
    words = re.findall(r"\w+", fold(text))
    runs = {" ".join(words[start : start + RUN]) for start in range(max(1, len(words) - RUN + 1))}
    return heapq.nsmallest(KEPT, map(_number, runs))


def likeness(one: Collection[int], other: Collection[int]) -> float:
    """About the share of runs that both texts have, 0 to 1."""
    smallest = heapq.nsmallest(KEPT, {*one, *other})
    both = {*one} & {*other}
    return len(both.intersection(smallest)) / (len(smallest) or 1)


def _number(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), signed=True)
