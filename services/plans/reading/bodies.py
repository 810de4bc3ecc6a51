"""The names of bodies in running text: where one begins, where it is over, and where one follows another."""

from __future__ import annotations

import re

from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Span

_LISTS = words("bodies")
LONGEST = 160


def _either(listed: list[str]) -> str:
    """As they stand, capitalised, and in capitals."""
    return any_of([*listed, *(word[:1].upper() + word[1:] for word in listed), *(word.upper() for word in listed)])


_NO_BODY = rf"(?!{_either(_LISTS['no_body'])}(?!\w))"
_MANY_BODIES = rf"{_either(_LISTS['many'])}\s{_either(_LISTS['generic'])}(?!\w)"
_PROPER = rf"{_either(_LISTS['proper'])}(?!\w)"
# «các phòng», «mỗi đơn vị», «Sở Nội vụ»; and a bare «đơn vị»
NAMED = rf"(?<!\w){_NO_BODY}(?:{_MANY_BODIES}|{_PROPER})"
HEAD = rf"(?<!\w){_NO_BODY}(?:{_MANY_BODIES}|{_PROPER}|{_either(_LISTS['bare'])}(?!\w))"
_HEAD_HERE = re.compile(HEAD)
_NAMED_HERE = re.compile(NAMED)
_OVER = re.compile(rf"\s(?:{any_of(_LISTS['over'])})(?!\w)|(?<![Tt]hi đua)\skhen thưởng(?!\w)")
_STOP = re.compile(r"[(;:\"\n\t]|\.(?:\s|$|/)|\s/|,|\s-\s(?=[a-zà-ỹđ])")
_AND = re.compile(r"\s(?:và|hoặc|cùng với)\s")
_AND_DOES = re.compile(rf"\s(?:và|đồng thời)\s(?:{any_of(words('duties')['verbs'])})(?!\w)")


def begins(text: str, at: int, *, named: bool = False) -> bool:
    """Whether the name of a body begins here; `named` refuses a bare «đơn vị»."""
    return bool((_NAMED_HERE if named else _HEAD_HERE).match(text, at))


def names_from(text: str, at: int, limit: int) -> list[Span]:
    """The bodies listed from here: «UBND xã và Phòng Nội vụ» are two, «Phòng Văn hóa và Thông tin» is one."""
    found: list[Span] = []
    limit = min(limit, len(text))
    while begins(text, at) and len(found) < 12:
        end, after = _one(text, at, min(limit, at + LONGEST))
        found.append((at, end))
        if after is None:
            break
        at = after
    return found


def _one(text: str, at: int, limit: int) -> tuple[int, int | None]:
    """Where the name from `at` ends, and where the next one begins, if one follows."""
    head = _HEAD_HERE.match(text, at, limit)
    i = head.end() if head else at
    while i < limit:
        stop = _STOP.search(text, i, limit)
        ends = stop.start() if stop else limit
        found = [each for p in (_OVER, _AND_DOES) if (each := p.search(text, max(at, i - 1), ends))]
        over = min(found, key=re.Match.start, default=None)
        joined = _next_by_and(text, i, over.start() if over else ends)
        if joined:
            return joined
        if over:
            return over.start(), None
        if stop is None:
            return limit, None
        if stop[0] != ",":
            return stop.start(), None
        behind = stop.end() + (text[stop.end() : stop.end() + 1] == " ")
        if begins(text, behind) and not _same_list(text, at, behind):
            return stop.start(), behind
        if not (_within_name(text, behind) or begins(text, behind)):
            return stop.start(), None
        i = behind
    return limit, None


def _next_by_and(text: str, start: int, end: int) -> tuple[int, int] | None:
    for word in _AND.finditer(text, start, end):
        if begins(text, word.end(), named=True) and not text[word.end() : word.end() + 3].islower():
            return word.start(), word.end()
    return None


def _same_list(text: str, at: int, behind: int) -> bool:
    """«các phòng, đơn vị trực thuộc», «cơ quan, đơn vị» are one bearer."""
    return text[behind : behind + 1].islower() and (text[at : at + 1].islower() or begins(text, at))


def _within_name(text: str, at: int) -> bool:
    """«Sở Văn hóa, Thể thao và Du lịch», «Hội đồng thi đua, khen thưởng»: the comma is part of the name."""
    return text[at : at + 1].isupper() or text.startswith(("khen thưởng", "thể thao", "thương binh"), at)


def trimmed(text: str, span: Span) -> Span:
    """Without an opening «đối với» and closing signs."""
    start, end = span
    opening = re.match(r"(?:đối với|riêng)\s", text[start:end], re.IGNORECASE)
    start += opening.end() if opening else 0
    while end > start and text[end - 1] in " ,;:.-":
        end -= 1
    return start, end
