"""A deadline as people say it, and the last second that still counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from services.plans.periods import first_day, last_day

Value = Mapping[str, Any]
WEEKDAYS = {
    "MO": "thứ Hai",
    "TU": "thứ Ba",
    "WE": "thứ Tư",
    "TH": "thứ Năm",
    "FR": "thứ Sáu",
    "SA": "thứ Bảy",
    "SU": "Chủ nhật",
}
LAST = "23:59:59"


class Fact(NamedTuple):
    """One line of what a leaf says; `note` says it once more, to the second or the body."""

    label: str
    text: str
    note: str = ""


def day(partial: str | None) -> str:
    """«28/09/2020», «09/2020» or «2020»: as precise as stated."""
    return "/".join(reversed((partial or "").split("-")))


def deadline(value: Value | None) -> Fact | None:
    """The rule as people say it, and the last second that still counts."""
    if not value:
        return None
    strictly = bool(value.get("strictly_before"))
    if value.get("date"):
        said, last = _on_date(value["date"], strictly)
    elif value.get("rrule"):
        parts = [_rule(line, strictly) for line in value["rrule"].split("\n")]
        said, last = "; ".join(part[0] for part in parts), "; ".join(part[1] for part in parts)
    else:
        days, unit = value.get("days"), "ngày làm việc" if value.get("working_days") else "ngày"
        said = f"{'trước khi hết' if strictly else 'trong'} {days} {unit} sau {value.get('after') or 'khi kết thúc kỳ'}"
        last = ""
    previous = ", cho kỳ liền trước" if value.get("for") == "previous" else ""
    return Fact("Hạn", said + previous, f"muộn nhất {LAST} {last}" if last else "")


def _on_date(partial: str, strictly: bool) -> tuple[str, str]:
    last = first_day(partial) - timedelta(days=1) if strictly else last_day(partial)
    unit = "" if len(partial) == 4 else "tháng " if len(partial) == 7 else "ngày "
    unit = "năm " if len(partial) == 4 else unit
    return f"{_before(strictly)} {unit}{day(partial)}", f"ngày {last:%d/%m/%Y}"


def _before(strictly: bool) -> str:
    return "trước" if strictly else "chậm nhất"


def _rule(line: str, strictly: bool) -> tuple[str, str]:
    weekday = re.search(r"BYDAY=(..)", line)
    if weekday:
        names = list(WEEKDAYS)
        last = names[(names.index(weekday[1]) - strictly) % 7]
        return f"{_before(strictly)} {WEEKDAYS[weekday[1]]} hằng tuần", WEEKDAYS[last]
    number, months = monthly(line)
    named = f"của tháng {', '.join(map(str, months))}" if months else "hằng tháng"
    last_number = number - strictly
    last = f"ngày {last_number:02d}" if last_number else "ngày cuối tháng trước"
    return f"{_before(strictly)} ngày {number:02d} {named}", f"{last} {named}" if last_number and months else last


def monthly(line: str) -> tuple[int, list[int]]:
    """Day and months of a rule; no months: every one."""
    months = re.search(r"BYMONTH=([\d,]+)", line)
    return int(line.rpartition("=")[2]), [int(month) for month in months[1].split(",")] if months else []
