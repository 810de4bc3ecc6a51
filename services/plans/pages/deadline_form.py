"""A deadline as fields of a form: a date, days of months, a weekday, several of these, or days after something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from services.plans.pages.deadline_words import WEEKDAYS, day, monthly
from services.plans.pages.typed import Typed, iso_day, lines, months, number, said
from shared.text import fold

__all__ = ["CLOSES", "RULES", "RULES_HINT", "STRICT", "WEEKDAYS", "given_deadline", "typed_deadline"]
RULES = {
    "": "không nêu hạn",
    "date": "một ngày cụ thể",
    "months": "ngày trong tháng",
    "weekday": "thứ trong tuần",
    "rules": "nhiều hạn lặp lại",
    "after": "sau một việc khác",
}
RULES_HINT = "mỗi dòng một hạn: ngày 20 của tháng 3, 6, 9; ngày 5 hằng tháng; thứ Hai hằng tuần"
STRICT = {"yes": "trước ngày ấy (ngày ấy là muộn)", "no": "chậm nhất ngày ấy (ngày ấy còn kịp)"}
CLOSES = {"same": "kỳ có ngày ấy", "previous": "kỳ liền trước («tháng sau», «quý sau»)"}
NO_RULE = "?"  # what nobody can understand is refused by the value's own rules
_SHORT = {fold(f"{words} hằng tuần"): short for short, words in WEEKDAYS.items()}
_IN_MONTHS = re.compile(r"(?:ngay )?(\w+) (?:(?:hang|moi) thang|(?:cua )?(?:cac )?thang (.+))")


def typed_deadline(value: Mapping[str, Any] | None) -> Typed:
    """What the fields show."""
    value = value or {}
    rules = (value.get("rrule") or "").split()
    weekdays = [rule.rpartition("=")[2] for rule in rules if "BYDAY" in rule]
    in_months = [monthly(rule) for rule in rules if "BYMONTHDAY" in rule]
    return {
        "deadline": [_kind_of(value, rules)],
        "deadline_date": [day(value.get("date"))],
        "deadline_day": [*(str(day) for day, _ in in_months), ""],
        "deadline_months": [*(", ".join(map(str, each)) for _, each in in_months), ""],
        "deadline_weekday": weekdays[:1],
        "deadline_rules": ["\n".join(map(_in_words, rules))],
        "deadline_after": [value.get("after") or ""],
        "deadline_days": ["" if value.get("days") is None else str(value["days"])],
        "deadline_working_days": ["yes"] if value.get("working_days") else [],
        "deadline_strictly": ["yes" if value.get("strictly_before") else "no"],
        "deadline_closes": [value.get("for") or "same"],
    }


def _kind_of(value: Mapping[str, Any], rules: list[str]) -> str:
    weekly = sum("BYDAY" in rule for rule in rules)
    if rules:
        return "months" if not weekly else "weekday" if len(rules) == 1 else "rules"
    return "date" if value.get("date") else "after" if value else ""


def _in_words(rule: str) -> str:
    if "BYDAY" in rule:
        return f"{WEEKDAYS[rule.rpartition('=')[2]]} hằng tuần"
    day, in_months = monthly(rule)
    return f"ngày {day} của tháng {', '.join(map(str, in_months))}" if in_months else f"ngày {day} hằng tháng"


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
        return stated | {"rrule": "\n".join(_rows(form))}
    if rule == "rules":
        return stated | {"rrule": "\n".join(map(_rule, lines(form, "deadline_rules")))}
    if rule == "weekday":
        return stated | {"rrule": f"FREQ=WEEKLY;BYDAY={said(form, 'deadline_weekday')}"}
    return stated | {
        "after": said(form, "deadline_after") or None,
        "days": number(said(form, "deadline_days")),
        "working_days": said(form, "deadline_working_days") == "yes",
    }


def _rows(form: Typed) -> Iterator[str]:
    rows = zip_longest(form.get("deadline_day", []), form.get("deadline_months", []), fillvalue="")
    return (_monthly(day, in_months) for day, in_months in rows if day.strip() or in_months.strip())


def _rule(line: str) -> str:
    """«Thứ Hai hằng tuần», «ngày 5 hằng tháng», «ngày 20 của tháng 3, 6»."""
    weekday = _SHORT.get(fold(line))
    if weekday:
        return f"FREQ=WEEKLY;BYDAY={weekday}"
    found = _IN_MONTHS.fullmatch(fold(line))
    return _monthly(found[1], found[2] or "") if found else NO_RULE


def _monthly(day: str, in_months: str) -> str:
    number = day.strip().lstrip("0")
    if not in_months.strip():
        return f"FREQ=MONTHLY;BYMONTHDAY={number}"
    listed = months(in_months)
    return f"FREQ=YEARLY;BYMONTH={','.join(map(str, listed))};BYMONTHDAY={number}" if listed else NO_RULE
