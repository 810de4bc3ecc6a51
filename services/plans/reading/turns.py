"""What is laid out over the year: waves («Đợt 1: từ … đến …») and the rotation of quarters («Quý I: …»)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.plans.reading import bodies
from services.plans.reading.dates import ROMAN, YEAR, iso, number
from services.plans.reading.layout import Block
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import Leaf, RotationValue, WaveValue

_DAY = (
    rf"(?:ngày\s)?\d{{1,2}}(?:\s?[/.-]\s?\d{{1,2}})?\s?[/.-]\s?{YEAR}"
    rf"|(?:ngày\s\d{{1,2}}\s)?tháng\s\d{{1,2}}(?:\snăm\s|\s?[/.-]\s?){YEAR}"
    rf"|(?:ngày\s)?\d{{1,2}}\s?[/.-]\s?\d{{1,2}}|ngày\s\d{{1,2}}\stháng\s\d{{1,2}}|tháng\s\d{{1,2}}"
)
_WAVE = re.compile(
    (
        rf"(?<!\w)(?:đợt|giai đoạn)\s(?:thứ\s)?(?P<n>\d{{1,2}}|I{{1,3}}|IV|một|hai|ba|bốn|nhất"
        rf"|nhì)(?!\w)[^\n]{{0,60}}?(?<!\w)từ\s(?:(?P<a>{_DAY})|(?:khi|ngày)\s[^.;:\d\n]{{3,40}}?)[^.;\n]{{0,25}}?\s?(?:đến|-)\s?(?:hết\s)?(?P<b>{_DAY})"
    ),
    re.IGNORECASE,
)
_ORDINAL = {"nhất": 1, "nhì": 2, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_Q = r"(?P<q>IV|III|II|I|[1-4]|0[1-4])"
_QUARTER = re.compile(
    (
        rf"(?:^|(?<=[\t;.:]\s)|(?<=[\t;]))(?:[-•+*]\s?|[a-dđ]\)\s?)?Quý\s{_Q}(?:/\d{{4}}"
        r"|\snăm\s\d{4})?\s?[:.\t-]\s?(?:giao\s)?(?P<u>(?:(?![;.]\s(?:[-•+*]\s?)?Quý\s[IV1-4])[^\n\t]){4,600})"
    ),
    re.IGNORECASE | re.MULTILINE,
)
# «Cụm thi đua các xã vùng Đông: Quý I (các tháng 1, 2, 3);»
_UNIT_FIRST = re.compile(
    rf"(?P<u>[^:;\t\n]{{4,200}})\s?[:\t-]\s?(?:vào\s|thực hiện\s)?Quý\s{_Q}(?:/\d{{4}}|\snăm\s\d{{4}})?"
    r"(?:\s?\([^()]{1,60}\))?\s?[;.,]?$",
    re.IGNORECASE,
)
# a row below «Quý | Cơ quan»
_TABLE_HEAD = re.compile(r"(?:TT\s?\t|STT\s?\t)?\s?quý\s?\t", re.IGNORECASE)
_ROW = re.compile(rf"(?:\d{{1,2}}\s?\t\s?)?(?:Quý\s)?{_Q}(?:/\d{{4}})?\s?\t\s?(?P<u>[^\n\t]{{4,300}})", re.IGNORECASE)
_TURN = re.compile(r"(?:Quý\s(?:IV|III|II|I|\d)|Đợt\s(?:\d|I))", re.IGNORECASE)
_PART = re.compile(
    r";\s?|,\s(?=(?:Đồn|Công an|Ban Chỉ huy|Bộ Chỉ huy|Phòng|Sở|Trường|Hội|Đoàn|Khối trưởng|Huyện đoàn"
    r"|Liên đoàn|Trung tâm|UBND|Ủy ban|LĐLĐ)\s)|\s(?:và|cùng)\s(?=(?:Đồn|Công an|Ban Chỉ huy|Bộ Chỉ huy|Phòng"
    r"|Sở|Trường|Huyện đoàn|Liên đoàn|Trung tâm|UBND|Ủy ban|LĐLĐ)\s)"
)


def waves(page: Page, blocks: list[Block]) -> list[Leaf[WaveValue]]:
    """Each wave once, with both ends as precise as stated; «từ khi phát động» states no beginning."""
    found: dict[int, Leaf[WaveValue]] = {}
    for block in blocks:
        for match in _WAVE.finditer(page.text, block.whole[0], block.end):
            last = _day(match["b"], None)
            first = _day(match["a"] or "", last[:4] if last else None)
            which = _ORDINAL.get(match["n"].casefold()) or number(match["n"])
            if last and which and (first[:7] <= last[:7] if first else not match["a"]):
                value = WaveValue(number=which, start=first, end=last)
                found.setdefault(which, page.leaf(value, match.span(), confidence=0.95, rule="wave-from-to"))
    return list(found.values())


def _day(said: str, year: str | None) -> str | None:
    numbers = re.findall(r"\d+", said)
    if numbers and len(numbers[-1]) == 4:
        return iso(numbers[-1], *reversed(numbers[:-1]))
    if year is None or not numbers:
        return None
    return iso(year, *reversed(numbers))


def rotation(page: Page, blocks: list[Block]) -> list[Leaf[RotationValue]]:
    """Lines «Quý I: A; B.», «A: Quý I», rows of a table: an entry for each unit. One quarter alone is no rotation."""
    entries = [entry for block in blocks for entry in _in_line(page, block)] + list(_in_table(page, blocks))
    if len({quarter for quarter, _ in entries}) < 2:
        return []
    entries.sort(key=lambda entry: entry[1])
    return [
        page.leaf(RotationValue(quarter=quarter, unit=page.shown(*span)), span, confidence=0.95, rule="rotation-line")
        for quarter, span in entries
    ]


def is_turn(text: str) -> bool:
    """Whether a paragraph only says whose turn a quarter is, or how long a wave lasts."""
    return bool(_TURN.match(text) or _UNIT_FIRST.match(text) or _ROW.match(text) or _TABLE_HEAD.match(text))


def _in_line(page: Page, block: Block) -> list[tuple[int, Span]]:
    found = [*_QUARTER.finditer(page.text, block.whole[0], block.end)]
    found += [*filter(None, [_UNIT_FIRST.match(page.text, block.start, block.end)])] if not found else []
    named = [(ROMAN[match["q"].upper()], span) for match in found for span in _units(page.text, match.span("u"))]
    return [
        (quarter, span) for quarter, span in named if bodies.begins(page.text, span[0]) or page.text[span[0]].isupper()
    ]


def _in_table(page: Page, blocks: list[Block]) -> Iterator[tuple[int, Span]]:
    rows = False
    for block in blocks:
        row = _ROW.match(page.text, block.whole[0], block.end)
        if rows and row:
            yield from ((ROMAN[row["q"].upper()], span) for span in _units(page.text, row.span("u")))
        rows = (rows and row is not None) or _TABLE_HEAD.match(block.text) is not None


def _units(text: str, whole: Span) -> list[Span]:
    found, at = [], whole[0]
    for cut in [*_PART.finditer(text, *whole), None]:
        span = bodies.trimmed(text, (at, cut.start() if cut else whole[1]))
        if span[1] > span[0] + 2:
            found.append(span)
        at = cut.end() if cut else at
    return found
