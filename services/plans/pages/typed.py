"""What people type, and what it means: days as they are written here, numbers, lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.text import fold

Typed = Mapping[str, list[str]]  # every field of a form by name, as it was typed
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_MONTHS = {written: number for number, roman in enumerate(_ROMAN, start=1) for written in (roman, str(number))}
_BETWEEN = frozenset({"thang", "cac", "va"})
_CHAIN = re.compile(r"\w+(?:\s*[-–—]\s*\w+)+")
_LONGEST_MONTHS = 150  # characters
_DAY = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")


def said(form: Typed, name: str) -> str:
    """The one value of a field, without outer space; empty where there is none."""
    return (form.get(name) or [""])[0].strip()


def lines(form: Typed, name: str) -> list[str]:
    """A field of several lines, the empty ones left out."""
    return [line.strip() for line in said(form, name).splitlines() if line.strip()]


def number(text: str) -> int | str | None:
    """A number; what is none stays as typed, to be refused with a word."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def iso_day(text: str) -> str:
    """«28/9/2020» as 2020-09-28, «9/2020» as 2020-09; anything else stays as typed."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        return text.strip()
    day, month, year = found.groups()
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])


def months(text: str) -> list[int] | None:
    """«3; 6;9», «III, VI», «tháng 3 và 6»: in order, each once; none where a part of it is no month, or not clear."""
    words = _words(text) if len(text) <= _LONGEST_MONTHS else []
    if not words or not all(word in _MONTHS for word in words):
        return None
    # «3-6»: two months, or all from one to the other?
    unclear = any(len(_words(chain)) == 2 for chain in _CHAIN.findall(text))
    return None if unclear else sorted({_MONTHS[word] for word in words})


def _words(text: str) -> list[str]:
    return [word.lstrip("0") for word in re.split(r"[\W_]+", fold(text)) if word and word not in _BETWEEN]
