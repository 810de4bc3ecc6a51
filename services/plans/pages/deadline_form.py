"""A deadline as fields of a form: a date, days of months, a weekday, or so many days after something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from services.plans.pages.deadline_words import WEEKDAYS, day, monthly
from services.plans.pages.typed import Typed, iso_day, number, said

__all__ = ["CLOSES", "RULES", "STRICT", "WEEKDAYS", "given_deadline", "typed_deadline"]
RULES = {
    "": "không nêu hạn",
    "date": "một ngày cụ thể",
    "months": "ngày trong tháng",
    "weekday": "thứ trong tuần",
    "after": "sau một việc khác",
}
STRICT = {"yes": "trước ngày ấy (ngày ấy là muộn)", "no": "chậm nhất ngày ấy (ngày ấy còn kịp)"}
CLOSES = {"same": "kỳ có ngày ấy", "previous": "kỳ liền trước («tháng sau», «quý sau»)"}


def typed_deadline(value: Mapping[str, Any] | None) -> Typed:
    """What the fields show."""
    value = value or {}
    lines = (value.get("rrule") or "").split("\n") if value.get("rrule") else []
    weekdays = [line.rpartition("=")[2] for line in lines if "BYDAY" in line]
    months = [monthly(line) for line in lines if "BYMONTHDAY" in line]
    return {
        "deadline": [_rule_of(value, weekdays)],
        "deadline_date": [day(value.get("date"))],
        "deadline_day": [*(str(day) for day, _ in months), ""],
        "deadline_months": [*(", ".join(map(str, each)) for _, each in months), ""],
        "deadline_weekday": weekdays[:1],
        "deadline_after": [value.get("after") or ""],
        "deadline_days": ["" if value.get("days") is None else str(value["days"])],
        "deadline_working_days": ["yes"] if value.get("working_days") else [],
        "deadline_strictly": ["yes" if value.get("strictly_before") else "no"],
        "deadline_closes": [value.get("for") or "same"],
    }


def _rule_of(value: Mapping[str, Any], weekdays: list[str]) -> str:
    if value.get("rrule"):
        return "weekday" if weekdays else "months"
    return "date" if value.get("date") else "after" if value else ""


def given_deadline(form: Typed) -> dict[str, Any] | None:
    """As a Reading states it; whatever does not make sense is left for the value's own rules to refuse."""
    rule = said(form, "deadline")
    if not rule:
        return None
    stated: dict[str, Any] = {
        "strictly_before": said(form, "deadline_strictly") == "yes",
        "for": said(form, "deadline_closes") or "same",
    }
    if rule == "date":
        return stated | {"date": iso_day(said(form, "deadline_date"))}
    if rule == "months":
        return stated | {"rrule": "\n".join(_months(form))}
    if rule == "weekday":
        return stated | {"rrule": f"FREQ=WEEKLY;BYDAY={said(form, 'deadline_weekday')}"}
    return stated | {
        "after": said(form, "deadline_after") or None,
        "days": number(said(form, "deadline_days")),
        "working_days": said(form, "deadline_working_days") == "yes",
    }


def _months(form: Typed) -> Iterator[str]:
    rows = zip_longest(form.get("deadline_day", []), form.get("deadline_months", []), fillvalue="")
    for stated, months in rows:
        if not stated.strip() and not months.strip():
            continue
        listed = sorted({int(part) for part in months.replace(",", " ").split() if part.isdecimal()})
        if not listed:
            yield f"FREQ=MONTHLY;BYMONTHDAY={_plain(stated)}"
        else:
            yield f"FREQ=YEARLY;BYMONTH={','.join(map(str, listed))};BYMONTHDAY={_plain(stated)}"


def _plain(day: str) -> str:
    return day.strip().lstrip("0")
