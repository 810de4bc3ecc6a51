"""By when: a date, a rule that recurs, or a number of days after something."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.plans.reading.dates import NUMBER, ROMAN, YEAR, iso, number
from services.plans.reading.lexicon import words
from services.plans.reading.page import Span
from services.plans.reading.reading import DeadlineValue

_DATA = words("deadlines")
_STANDS_FOR = {"OPENS": _DATA["opens"], "DAY": _DATA["day"], "NUMBER": NUMBER, "YEAR": YEAR}
_WHEN = [
    (when["kind"], re.compile(re.sub("OPENS|DAY|NUMBER|YEAR", lambda m: _STANDS_FOR[m[0]], when["pattern"]), re.I))
    for when in _DATA["when"]
]
_MORE = re.compile(
    (
        r"(?:\s?\([^()]{2,40}\))?\s?(?:,|và|;|,\svà)\s(?:trước\s|chậm nhất\s)?(?:ngày\s)?(?P<d>\d{1,2})(?:\s?/\s?"
        r"|\stháng\s)(?P<m>\d{1,2})(?!\s?[/\d])"
    ),
    re.I,
)
_YEARLY = re.compile(r"(?<!\w)(?:hằng|hàng|mỗi|từng|các)\s?năm(?!\w)", re.I)
# «trước ngày 15/4/2022 (đợt 1) và ngày 15/8/2022 (đợt 2)»: one day cannot hold both
_ANOTHER_DAY = re.compile(
    r"(?:\s?\([^()]{2,40}\))?\s?(?:,|và|,\svà)\s(?:trước\s)?(?:ngày\s)?"
    rf"\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?{YEAR}",
    re.I,
)
_EVERY_MONTH = re.compile(r"(?<!\w)(?:hằng|hàng|mỗi|từng)\stháng(?!\w)", re.I)
_QUARTERS = re.compile(
    (
        r"(?<!\w)(?:các\s)?quý\s(?P<list>(?:IV|III|II|I|[1-4])(?:\s?(?:,|và|;|-)\s?(?:quý\s)?(?:IV|III|II|I"
        r"|[1-4])){0,3})(?!\w)"
    ),
    re.I,
)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA")
_WEEKDAYS = {"nhật": "SU"} | {
    word: day
    for words_of, day in zip(
        (("hai", "2"), ("ba", "3"), ("tư", "4"), ("năm", "5"), ("sáu", "6"), ("bảy", "7")), _DAYS, strict=True
    )
    for word in words_of
}
_WHICH_MONTH = {
    "đầu": 1,
    "thứ nhất": 1,
    "đầu tiên": 1,
    "thứ hai": 2,
    "giữa": 2,
    "thứ 2": 2,
    "cuối": 3,
    "thứ ba": 3,
    "thứ 3": 3,
    "cuối cùng": 3,
}
_FROM = re.compile(r"(?<!\w)từ\s[^.;,]{0,30}$", re.I)


@dataclass(frozen=True, slots=True)
class Deadline:
    """What was read, where, and how often it says this comes."""

    value: DeadlineValue
    span: Span
    cadence: str | None
    sure: bool


@dataclass(frozen=True, slots=True)
class _When:
    kind: str
    match: re.Match[str]

    @property
    def strict(self) -> bool:
        return bool(self.match.groupdict().get("before"))


def deadline(text: str, start: int, end: int, *, years: tuple[int | None, int | None]) -> Deadline | None:
    """The deadline stated between two places; `years` are those the plan covers."""
    found = _found(text, start, end)
    if not found:
        return None
    kinds = {when.kind for when in found}
    span = (found[0].match.start(), found[-1].match.end())
    if (kinds == {"date"} and len(found) == 1) or found[0].kind in {"month", "after"}:
        return None if _ANOTHER_DAY.match(text, found[0].match.end(), end) else _single(found[0])
    if kinds == {"date"}:  # «đợt 1 trước ngày 25/5/2023, đợt 2 trước …»: days of their own, no rule
        return None
    recurring = _rules(text, start, end, found=found)
    if recurring is None:
        return None
    rules, cadence, previous = recurring
    strict = found[0].strict
    only_day = kinds <= {"day", "months"} and len(rules) == 1 and "," not in rules[0].partition(";BYMONTHDAY")[0]
    every_year = bool(_YEARLY.search(text, start, end))
    if only_day and not every_year and years[0] is not None and years[0] == years[1]:
        month, day = re.findall(r"BYMONTH(?:DAY)?=(\d+)", rules[0])
        stated = iso(str(years[0]), month, day)
        return (
            Deadline(DeadlineValue(date=stated, strictly_before=strict), span, "once", sure=False) if stated else None
        )
    value = DeadlineValue(rrule="\n".join(rules), strictly_before=strict, closes="previous" if previous else "same")
    span = _with_years(text, span, end)
    return Deadline(value, span, cadence, sure=len(found) == 1 and (not only_day or every_year))


def _found(text: str, start: int, end: int) -> list[_When]:
    found: list[_When] = []
    for kind, pattern in _WHEN:
        for match in pattern.finditer(text, start, end):
            clashes = any(w.match.start() < match.end() and match.start() < w.match.end() for w in found)
            unclear = kind == "day-only" and not _EVERY_MONTH.search(text, start, end)
            if not (clashes or unclear) and not _FROM.search(text[max(start, match.start() - 40) : match.start()]):
                found.append(_When(kind, match))
    found.sort(key=lambda when: when.match.start())
    last = next((when for when in reversed(found) if when.kind in {"day", "months"}), None)
    more = _MORE.match(text, last.match.end(), end) if last else None
    if last and more:
        found.insert(found.index(last) + 1, _When("more", more))
    return [when for when in found if when.kind != "after"] or found


def _single(when: _When) -> Deadline | None:
    match = when.match
    if when.kind == "after":
        days = number(match["days"])
        if days is None or days == 0 or "trước khi" in (match["from"] or ""):
            return None
        words = (match["from"] or "").strip(" ,") or match[0].strip()
        value = DeadlineValue(after=words, days=days, working_days=bool(match["working"]))
        return Deadline(value, match.span(), None, sure=True)
    day = match["d"] if when.kind == "date" else None
    stated = iso(match["y"], match["m"], day)
    if stated is None:
        return None
    return Deadline(DeadlineValue(date=stated, strictly_before=when.strict), match.span(), "once", sure=True)


def _rules(text: str, start: int, end: int, *, found: list[_When]) -> tuple[list[str], str | None, bool] | None:
    """As RFC 5545 rules, one for each day of the month; how often; and whether they close the period before."""
    days: dict[int, set[int]] = {}
    previous, cadence, at = False, None, start
    for when in found:
        match = when.match
        if when.kind == "weekly":
            return [f"FREQ=WEEKLY;BYDAY={_WEEKDAYS[match['weekday'].casefold().split()[-1]]}"], "weekly", False
        if when.kind in {"monthly", "day-only"}:
            day = _day_of_month(match)
            next_one = bool(match.groupdict().get("next"))
            return ([f"FREQ=MONTHLY;BYMONTHDAY={day}"], "monthly", next_one) if day else None
        months = _months(text, at, when)
        day = _day_of_month(match)
        if day is None or not months:
            return None
        previous = previous or (when.kind == "quarterly" and bool(match["next"]))
        cadence = "quarterly" if when.kind == "quarterly" else cadence
        days.setdefault(day, set()).update(months)
        at = match.end()
    rules = [
        f"FREQ=YEARLY;BYMONTH={','.join(map(str, sorted(months)))};BYMONTHDAY={day}" for day, months in days.items()
    ]
    count = sum(len(months) for months in days.values())
    return rules, cadence or {1: "yearly", 2: "half_yearly", 4: "quarterly"}.get(count), previous


def _months(text: str, at: int, when: _When) -> list[int]:
    match = when.match
    if when.kind == "quarterly":
        listed = _QUARTERS.search(text, at, match.start())
        quarters = (
            [ROMAN[q.upper()] for q in re.findall(r"IV|III|II|I|[1-4]", listed["list"])] if listed else [1, 2, 3, 4]
        )
        within = _WHICH_MONTH[" ".join(match["which"].casefold().split())]
        months = [(quarter - 1) * 3 + within + (3 if match["next"] and listed else 0) for quarter in quarters]
        return [month - 12 if month > 12 else month for month in months]
    if when.kind == "months":
        return [int(m) for m in re.findall(r"\d{1,2}", match["months"]) if 1 <= int(m) <= 12]
    if when.kind == "date" or when.kind in {"day", "more"}:
        return [int(match["m"])] if 1 <= int(match["m"]) <= 12 else []
    return []


def _day_of_month(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    day = number(groups.get("day") or groups.get("d") or "")
    return day if day is not None and 1 <= day <= 31 else None


def _with_years(text: str, span: Span, end: int) -> Span:
    tail = re.compile(r",?\s(?:của\s)?(?:hằng|hàng|mỗi)\s(?:năm|tháng|quý|tuần)", re.I).match(text, span[1], end)
    return (span[0], tail.end()) if tail else span
