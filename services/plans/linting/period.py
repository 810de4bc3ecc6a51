"""Years: a plan may not promise more of them than the plan it carries out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.plans.linting.finding import Draft, Known
from services.plans.reading.reading import CitedValue, Leaf, Reading

_CARRIED_OUT = ("kế hoạch", "chương trình", "đề án", "phương án", "hướng dẫn")
_SENTENCE_ENDS = re.compile(r"[;\n]|\.(?=\s|$)|(?:xây\sdựng|ban\shành|triển\skhai)\s+(?:kế\shoạch|tuyên\struyền)", re.I)
_YEARS = re.compile(
    r"(?:năm|năm\shọc|giai\sđoạn|nhiệm\skỳ)\s+(?:từ\s+)?(?:năm\s+)?(?P<a>20\d\d)"
    r"(?:\s*(?:-|–|—|đến|tới)\s*(?:hết\s+)?(?:năm\s+)?(?P<b>20\d\d))?(?![\d/])",
    re.IGNORECASE,
)
LONGEST = 500  # characters of a sentence looked at
Years = tuple[int | None, int | None]


def wider_than_basis(reading: Reading, known: Known) -> Iterator[Draft]:
    """No plan that this one rests on covers all its years, and each says which years it covers."""
    own = reading.period and reading.period.value
    if not own or not own.start_year or not own.end_year:
        return
    carried_out = [leaf for leaf in reading.cited if _is_carried_out(leaf.value)]
    covered = [(leaf, _years(reading, leaf, known)) for leaf in carried_out]
    if not covered or any(_covers(years, own.start_year, own.end_year) for _, years in covered):
        return
    leaf, years = covered[0]
    params = {
        "own": _said((own.start_year, own.end_year)),
        "basis": f"{leaf.value.type} {leaf.value.code}",
        "covered": _said(years),
    }
    yield Draft("period-wider-than-basis", "period", reading.period, params)


def _is_carried_out(value: CitedValue) -> bool:
    return value.relation == "basis" and value.type.casefold().startswith(_CARRIED_OUT)


def _covers(years: Years, start: int, end: int) -> bool:
    """A basis that names no year covers any; an end that is not stated has not come."""
    first, last = years
    return (first is None or first <= start) and (last is None or last >= end)


def _years(reading: Reading, leaf: Leaf[CitedValue], known: Known) -> Years:
    """As known here, else as its own sentence says; one that a person added has none."""
    if leaf.value.code in known.basis_periods:
        return known.basis_periods[leaf.value.code]
    if not leaf.quote:
        return None, None
    rest = reading.text[leaf.end : leaf.end + LONGEST]
    ends = _SENTENCE_ENDS.search(rest)
    named = [
        int(year)
        for match in _YEARS.finditer(rest[: ends.start() if ends else None])
        for year in match.groups()
        if year
    ]
    return (min(named), max(named)) if named else (None, None)


def _said(years: Years) -> str:
    first, last = years
    return f"{first}" if first == last else f"{first} - {last}"
