"""What people type, and what it means: days as they are written here, numbers, lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

Typed = Mapping[str, list[str]]  # every field of a form by name, as it was typed
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
