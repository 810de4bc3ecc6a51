"""Movements and campaigns the plan names: quoted after «phong trào», or known across the country; each once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from services.plans.reading.layout import Block
from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import Leaf, MovementValue

_WORDS = words("movements")
_QUOTED = re.compile(r"\"\s?([^\"\n]{6,220}?)\s?\"")
_BEFORE = re.compile(
    (
        rf"(?<!\w)(?:{any_of(_WORDS['before'])})(?:\s(?:thi đua|yêu nước|chuyên đề|đặc biệt"
        rf"|do [^\"]{{3,60}}phát động))?(?:\s[\wÀ-ỹ,/-]{{1,12}}){{0,8}}?\s?[:,-]?\s?$"
    ),
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    rf"(?<!\w)(?:{any_of(_WORDS['not_before'])})(?:\s[\wÀ-ỹ]{{1,10}}){{0,5}}\s?[:,]?\s?$", re.IGNORECASE
)
_ALIAS = re.compile(rf"(?<!\w)(?:{any_of(_WORDS['alias'])})(?:\s[\wÀ-ỹ]{{1,10}}){{0,4}}\s?:?\s?$", re.IGNORECASE)
_LISTS_MOVEMENTS = re.compile(r"(?:các\s)?(?:phong trào|cuộc vận động)", re.IGNORECASE)
_BETWEEN = re.compile(
    (
        r"\s?(?:[;,.]|và|,?\s?(?:các\s)?(?:phong trào|cuộc vận động)(?:\sthi đua)?"
        r"|[;,]\s?(?:và\s)?(?:các\s)?(?:phong trào|cuộc vận động)(?:\sthi đua)?)\s?(?:và\s)?"
    ),
    re.IGNORECASE,
)
_KNOWN = re.compile(rf"(?<!\w)(?:(?:đẩy mạnh|thi đua)\s)?(?:{any_of(_WORDS['known'])})(?!\w)", re.IGNORECASE)
_UNQUOTED = re.compile(
    (
        r"(?<!\w)(?:phong trào thi đua|cuộc vận động)\s(?P<name>(?:thực hiện|lập thành tích|chào mừng|xây dựng"
        r"|chung sức|chung tay|hoàn thành|cao điểm|nước rút|đặc biệt|chuyên đề)\s[^;.\"\n()]{12,330})"
    ),
    re.IGNORECASE,
)
_NOT_KNOWN_IN = re.compile(r"(?:trong|việc|về)\s(?:việc\s)?$", re.IGNORECASE)


MANY = 100  # no plan names more


def movements(page: Page, blocks: list[Block], foot: int) -> list[Leaf[MovementValue]]:
    """In order of first mention. Wordings that hold each other are one movement with aliases."""
    found: list[tuple[Span, float, str]] = [*_quoted(page, foot), *_items(page, blocks)]
    taken = sorted(span for span, _, _ in found)
    quoted = [match.span() for match in _QUOTED.finditer(page.text, 0, foot)]
    found += [
        (match.span(), 0.8, "movement-known")
        for match in _KNOWN.finditer(page.text, 0, foot)
        if not _touches(quoted, match.start(), match.start() + 1) and _stands_for_itself(page, match)
    ]
    found += [
        (_without_tail(page, match), 0.7, "movement-unquoted")
        for match in _UNQUOTED.finditer(page.text, 0, foot)
        if not _touches(taken, *match.span()) and not _in_opening(blocks, match.start())
    ]
    return _merged(page, sorted(found))


def _touches(spans: list[Span], start: int, end: int) -> bool:
    """Whether any of these spans, in order and apart, shares a letter with the place."""
    before = bisect_left(spans, (end, 0)) - 1
    return before >= 0 and spans[before][1] > start


def _quoted(page: Page, foot: int) -> list[tuple[Span, float, str]]:
    found: list[tuple[Span, float, str]] = []
    matches = list(_QUOTED.finditer(page.text, 0, foot))
    known = {match.start(): _KNOWN.search(match[1]) is not None for match in matches}
    previous_taken = False
    for before, match in pairwise([None, *matches]):
        if match is None:
            continue
        opening = page.text[max(0, match.start() - 90) : match.start()]
        opening = opening[max(opening.rfind(sign) for sign in '\n.;"') + 1 :]
        goes_on = (
            before is not None and previous_taken and bool(_BETWEEN.fullmatch(page.text[before.end() : match.start()]))
        )
        if _ALIAS.search(opening):
            found += [(match.span(1), 0.9, "movement-alias")] if previous_taken else []
            continue
        refused = bool(_NOT_BEFORE.search(opening)) and not known[match.start()]
        previous_taken = not refused and (goes_on or known[match.start()] or bool(_BEFORE.search(opening)))
        if previous_taken:
            found.append((match.span(1), 0.92 if known[match.start()] or goes_on else 0.9, "movement-quoted"))
    return found


def _items(page: Page, blocks: list[Block]) -> list[tuple[Span, float, str]]:
    """Below «Các phong trào thi đua»: «1. "Sinh viên 5 tốt"»."""
    return [
        (match.span(1), 0.9, "movement-item")
        for block in blocks
        if block.marker
        and block.trail
        and _LISTS_MOVEMENTS.match(block.trail[-1].text)
        and (match := _QUOTED.match(page.text, block.start, block.end))
    ]


def _stands_for_itself(page: Page, match: re.Match[str]) -> bool:
    """«điển hình trong học tập và làm theo …» praises a deed; «phong trào …», «…; …» name a movement."""
    opening = page.text[max(0, match.start() - 40) : match.start()]
    return bool(
        re.search(
            r"(?:phong trào|vận động|thi đua)(?:\s[\wÀ-ỹ-]{1,12}){0,8}\s?$|[;:]\s?(?:[\wÀ-ỹ]{1,8}\s){0,3}$",
            opening,
            re.IGNORECASE,
        )
    )


def _in_opening(blocks: list[Block], at: int) -> bool:
    """The title and the basis name the plan's own subject; so does «Trên đây là …»."""
    block = blocks[max(0, bisect_right(blocks, at, key=lambda each: each.whole[0]) - 1)] if blocks else None
    return block is None or not block.whole[0] <= at < block.end or not block.trail or block.text.startswith("Trên đây")


def _without_tail(page: Page, match: re.Match[str]) -> Span:
    start, end = match.span()
    tail = re.search(r",\s(?:các|gắn|nhằm|góp phần|trong đó|qua đó)\s", page.text[start:end])
    return page.trimmed(start, start + tail.start() if tail else end)


@dataclass(slots=True)
class _Named:
    """A movement, its key, and every wording met so far: casefolded, as first written."""

    name: str
    key: str
    leaf: tuple[Span, float, str]
    wordings: dict[str, str]


def _merged(page: Page, found: list[tuple[Span, float, str]]) -> list[Leaf[MovementValue]]:
    named: list[_Named] = []
    for span, confidence, rule in found:
        name = page.shown(*span).strip(" ,;.")
        key = _key(name)
        same = next((one for one in named[:MANY] if key in one.key or one.key in key), None)
        if rule == "movement-alias" and named:
            same = named[-1]
        if same is None:
            named.append(_Named(name, key, (span, confidence, rule), {name.casefold(): name}))
        else:
            same.wordings.setdefault(name.casefold(), name)
    return [_leaf(page, one) for one in named]


def _leaf(page: Page, one: _Named) -> Leaf[MovementValue]:
    span, confidence, rule = one.leaf
    _, *aliases = one.wordings.values()
    return page.leaf(MovementValue(name=one.name, aliases=aliases), span, confidence=confidence, rule=rule)


def _key(name: str) -> str:
    """Letters only, without the words that open a name one time and not another."""
    plain = re.sub(r"^(?:phong trào|cuộc vận động|thi đua|đẩy mạnh|chuyên đề|\s)+", "", name.casefold())
    return re.sub(r"[^\wÀ-ỹ]+|\bvà\b", " ", plain).strip()
