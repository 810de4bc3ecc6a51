"""Dates and numbers as these documents write them."""

from __future__ import annotations

import re
from calendar import monthrange

NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
}  # fmt: skip
NUMBER = r"(?:\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4, "01": 1, "02": 2, "03": 3, "04": 4}
YEAR = r"(?:19|20)\d{2}"


def number(word: str) -> int | None:
    """«02», «hai» or «02 (hai)»."""
    word = word.strip().casefold()
    return int(word) if word.isdecimal() else NUMBERS.get(word)


def iso(year: str | None, month: str | None = None, day: str | None = None) -> str | None:
    """As precise as stated; None for what no calendar has."""
    if not year or not year.isdecimal() or not 1900 <= int(year) <= 2199:
        return None
    if not month:
        return year
    if not 1 <= int(month) <= 12:
        return None
    if not day:
        return f"{year}-{int(month):02d}"
    if not 1 <= int(day) <= monthrange(int(year), int(month))[1]:
        return None
    return f"{year}-{int(month):02d}-{int(day):02d}"


DAY_OF_YEAR = re.compile(
    rf"(?:(?P<d>\d{{1,2}})\s?(?P<s>[/.-])\s?)?(?P<m>\d{{1,2}})\s?[/.-]\s?(?P<y>{YEAR})"
    rf"|(?:ngày\s(?P<d2>\d{{1,2}})\s)?tháng\s(?P<m2>\d{{1,2}})\s(?:năm\s|/)(?P<y2>{YEAR})"
)


def stated(text: str) -> str | None:
    """The first date of these words: «01/2020», «30/6/2020», «tháng 6 năm 2020»."""
    found = DAY_OF_YEAR.search(text)
    if found is None:
        return None
    return iso(found["y"] or found["y2"], found["m"] or found["m2"], found["d"] or found["d2"])
