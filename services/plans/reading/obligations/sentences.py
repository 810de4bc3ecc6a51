"""Where sentences and clauses begin and end."""

from __future__ import annotations

import re

from services.plans.reading.page import Span

LONGEST = 3_000  # letters; the longest sentences of real plans have a third of this
_STOP = re.compile(r"(?:[.!?]|\./\.)\s+(?=[\"(]?[A-ZĐÀ-Ỹ])")
_ABBREVIATED = re.compile(r"(?:(?<!\w)(?:[A-ZĐ]|TP|Tp|TT|ThS|TS|Đ/c|đ/c|TM|KT|TL|v\.v|tr|Q)|(?<!\w)\d{1,2})$")


def sentences(text: str, start: int, end: int) -> list[Span]:
    """The sentences between two places; of one that never ends, its beginning."""
    found, at = [], start
    for stop in _STOP.finditer(text, start, end):
        if _ABBREVIATED.search(text[max(at, stop.start() - 6) : stop.start()]):
            continue
        found.append((at, stop.start() + 1))
        at = stop.end()
    if text[at:end].strip(" ./"):
        found.append((at, end))
    return [(a, min(b, a + LONGEST)) for a, b in found]


def clauses(text: str, span: Span) -> list[Span]:
    """A sentence at its semicolons; those in brackets or quotation marks do not count."""
    found, at, depth, quoted = [], span[0], 0, False
    for i in range(*span):
        sign = text[i]
        depth += (sign == "(") - (sign == ")")
        quoted = quoted != (sign == '"')
        if sign == ";" and depth <= 0 and not quoted:
            found.append((at, i))
            at = i + 1
    return [each for each in [*found, (at, span[1])] if text[slice(*each)].strip()]
