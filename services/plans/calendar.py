"""Which days nobody works in Vietnam: weekends, public holidays with their substitutes, and swapped days.

The holidays, lunar ones and announced swaps included, are those of the library `holidays`; what a decision changes
later is data, `exceptional_days.toml`. The library takes half a second to load: it is loaded when first asked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import import_module, resources

SATURDAY = 5
_WEEKEND = {SATURDAY: "thứ Bảy", 6: "Chủ nhật"}


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Days off by name, and working days, that differ from what the calendar would say."""

    off: Mapping[date, str]
    working: frozenset[date]


def exceptions_in(toml: str) -> Exceptions:
    """The tables `off` (day, name, source) and `working` (day, source)."""
    stated = tomllib.loads(toml)
    return Exceptions(
        off={entry["day"]: entry["name"] for entry in stated.get("off", [])},
        working=frozenset(entry["day"] for entry in stated.get("working", [])),
    )


@cache
def announced() -> Exceptions:
    """What `exceptional_days.toml` says."""
    return exceptions_in(resources.files(__package__).joinpath("exceptional_days.toml").read_text("utf-8"))


def is_day_off(day: date, *, exceptions: Exceptions | None = None) -> str | None:
    """Its Vietnamese name («Chủ nhật», «Quốc khánh»); None for a working day, a Saturday worked instead included."""
    changed = exceptions or announced()
    if day in changed.working:
        return None
    if day in changed.off:
        return changed.off[day]
    names, worked = _year(day.year)
    return names.get(day) or (None if day in worked else _WEEKEND.get(day.weekday()))


@cache
def _year(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """The year's holidays by name, and its weekend days that are worked; a swap may be with the year after."""
    days = import_module("holidays").country_holidays("VN", years=(year, year + 1), language="vi", expand=False)
    return dict(days), frozenset(days.weekend_workdays)


def working_days_after(day: date) -> Iterator[date]:
    """The working days behind a day, in order, without end."""
    while True:
        day += timedelta(days=1)
        if is_day_off(day) is None:
            yield day


def last_working_day(day: date) -> date:
    """The day itself, or the nearest working day before it."""
    while is_day_off(day) is not None:
        day -= timedelta(days=1)
    return day
