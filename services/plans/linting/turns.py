"""Turns and waves: a rotation beside a quota, a quarter that is nobody's turn, a wave outside the plan's years."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.plans.linting.duties import owed
from services.plans.linting.finding import Draft, Known, Param
from services.plans.linting.when import dated
from services.plans.periods import first_day, last_day
from services.plans.reading.reading import Reading
from services.plans.terms import Cadence, Kind

_ROMAN = ("", "I", "II", "III", "IV")
_SEVERAL = re.compile(r"(?<!\w)(?:các|mỗi|từng|tất\scả)\s", re.IGNORECASE)
# the quota of whose turn it is, is the rotation's own
_ON_TURN = re.compile(r"(?:được|theo)\s(?:sự\s)?phân\s?công|đến\slượt|luân\sphiên", re.IGNORECASE)


def beside_quota(reading: Reading, known: Known) -> Iterator[Draft]:
    """Every unit every quarter, and turns as well: both are understood to hold."""
    if not reading.rotation:
        return
    for place, leaf in owed(reading):
        value = leaf.value
        quota = value.kind is Kind.NOMINATE and value.cadence is Cadence.QUARTERLY and value.minimum
        if quota and _SEVERAL.search(value.actor or "mỗi đơn vị") and not _ON_TURN.search(leaf.quote):
            turns = f"{len(reading.rotation)}"
            params = {"minimum": f"{value.minimum:02d}", "actor": value.actor or "mỗi đơn vị", "turns": turns}
            yield Draft("quota-and-rotation", f"obligations/{place}", leaf, params)
            return


def missing(reading: Reading, known: Known) -> Iterator[Draft]:
    """A quarter that is nobody's turn, unless it was over before the plan."""
    quarters = {leaf.value.quarter for leaf in reading.rotation}
    if not quarters:
        return
    years, on = reading.period and reading.period.value, dated(reading, known).first
    first = (on.month + 2) // 3 if years and years.start_year == years.end_year == on.year else 1
    nobodys = [_ROMAN[quarter] for quarter in range(first, 5) if quarter not in quarters]
    if nobodys:
        place = len(reading.rotation) - 1
        yield Draft("rotation-misses-quarter", f"rotation/{place}", reading.rotation[place], {"quarters": nobodys})


def waves(reading: Reading, known: Known) -> Iterator[Draft]:
    """A wave that begins before or ends after the plan's years."""
    years = reading.period and reading.period.value
    for place, leaf in enumerate(reading.waves):
        start, end = first_day(leaf.value.start or leaf.value.end), last_day(leaf.value.end)
        early = years and years.start_year and start.year < years.start_year
        late = years and years.end_year and end.year > years.end_year
        if years and (early or late):
            params: dict[str, Param] = {
                "number": f"{leaf.value.number}",
                "start": start,
                "end": end,
                "years": f"{years.start_year or '…'} - {years.end_year or '…'}",
            }
            yield Draft("wave-outside-period", f"waves/{place}", leaf, params)
