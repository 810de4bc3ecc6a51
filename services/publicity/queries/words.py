"""Search words: folded, so that marks do not matter, and with document codes kept whole («141/KH-LĐLĐ»)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.text import fold

MOST_WORDS = 16
# PostgreSQL's parser takes such a code for a file name and cuts it in two; as one word of letters it stays whole.
# Its pieces are bounded: without an end, fifty thousand digits took a minute, for each began a search of its own.
CODE = re.compile(r"\d[\w.]{0,40}(?:[/-][\w.]{1,40}){1,8}")
WORD = re.compile(r"[^\W_]+")
SHORT_BEGINNING = re.compile(r"\b(\w{1,2}):\*")


def _together(code: str) -> str:
    return "".join(WORD.findall(code))


def search_text(texts: Iterable[str | None]) -> str:
    """What is searched: every word folded, and every code once more as one word."""
    folded = fold(" ".join(text for text in texts if text))
    return " ".join([*WORD.findall(folded), *(_together(code) for code in CODE.findall(folded))])


def search_query(typed: str) -> str | None:
    """A tsquery that wants all words, the last one and codes also as beginnings; None when there is no word."""
    folded = fold(typed)
    codes = [f"{_together(code)}:*" for code in CODE.findall(folded)]
    words = WORD.findall(CODE.sub(" ", folded))[: MOST_WORDS - len(codes)]
    if words:
        words[-1] += ":*"
    return " & ".join([*words, *codes]) or None


def without_short_beginnings(query: str) -> str:
    """For the index, which for a beginning of one or two letters would gather half of what was ever published."""
    return SHORT_BEGINNING.sub(r"\1", query)
