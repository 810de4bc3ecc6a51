"""How often: «hằng quý», «mỗi tháng một lần», «06 tháng», «thường xuyên», «định kỳ», «khi có yêu cầu»."""

from __future__ import annotations

import re

from services.plans.reading.lexicon import words
from services.plans.reading.page import Span
from services.plans.terms import Cadence

_DATA = words("cadences")
_FOUND = [
    (Cadence(rule["cadence"]), re.compile(rule["pattern"].replace("EVERY", _DATA["every"]), re.IGNORECASE))
    for rule in _DATA["rule"]
]
_OF_A_MOVEMENT = re.compile("|".join(_DATA["of_a_movement"]), re.IGNORECASE)


def cadence(text: str, start: int, end: int) -> tuple[Cadence, Span] | None:
    """The most frequent interval stated between two places; a bare «định kỳ» only where no interval is."""
    masked = [match.span() for match in _OF_A_MOVEMENT.finditer(text, start, end)]
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text, start, end):
            if not any(a <= match.start() < b for a, b in masked):
                return kind, match.span()
    return None
