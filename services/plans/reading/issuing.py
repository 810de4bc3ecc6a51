"""Who issues the plan, and the years it covers."""

from __future__ import annotations

import re

from services.plans.reading import bodies
from services.plans.reading.dates import YEAR
from services.plans.reading.heading import KIND_LINE, Head
from services.plans.reading.layout import Block
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import Leaf, PeriodValue

_NATION = re.compile(
    r"(?:CỘNG H[ÒO][ÀA]? XÃ HỘI|Độc lập|ĐỘC LẬP|ĐẢNG CỘNG SẢN VIỆT NAM|\W*$|DỰ THẢO|Dự thảo|HỎA TỐC|MẬT\b|Số\b|SỐ\b"
    r"|[/\d]|ĐOÀN (?:TNCS|THANH NIÊN CỘNG SẢN) HỒ CHÍ MINH$)"
)
_PLACE_WORD = re.compile(
    r"(?!(?:TỈNH|HUYỆN|THÀNH|QUẬN|THỊ|XÃ) (?:ỦY|UỶ|ĐOÀN|HỘI))"
    r"(?:TỈNH|THÀNH PHỐ|TP\b|HUYỆN|QUẬN|XÃ|PHƯỜNG|THỊ XÃ|THỊ TRẤN|ĐẶC KHU|VIỆT NAM|CẤP|KHÓA|CÁC|VÀ|TỔ QUỐC|NHÂN DÂN|\()"
)
_ISSUES = re.compile(
    r"\s(?:(?:đã\s)?(?:xây dựng|ban hành|đề ra|lập|triển khai|phát động"
    r"|tổ chức triển khai)(?:\s(?:và\s)?(?:ban hành|triển khai))?\s(?:[\wÀ-ỹ]{1,12}\s){0,3}?(?:kế hoạch"
    r"|hướng dẫn|chương trình)"
    r"|(?:xây dựng|triển khai|hướng dẫn|ban hành|phát động|tổ chức)\s(?!số\s)[^.;\n]{0,220}?như sau)",
    re.IGNORECASE,
)
# «TỈNH ĐOÀN … / BAN THƯỜNG VỤ»: whose it is, the sentence says in full
_BARE_ORGAN = re.compile(r"BAN (?:THƯỜNG VỤ|THƯỜNG TRỰC|CHẤP HÀNH)")
_SEPARATOR = re.compile(r"(?:^|[.;,:\n]\s?|\"\s|nay,?\s|\)\s)(?=[A-ZĐÀ-Ỹ])")
LOOK_BACK, OPENING = 170, 6000
_PERIODS = [
    ("range", re.compile((rf"(?:giai đoạn|thời kỳ|nhiệm kỳ|khóa|năm học|từ|các năm"
rf"|trong)?\s?(?:từ\s)?(?:năm\s)?(?<!\d)(?<!/)(?P<a>{YEAR})\s?(?:-"
rf"|đến(?:\shết)?(?:\snăm)?)\s?(?P<b>{YEAR})(?!\d|/)"), re.I)),
    ("open_ended", re.compile(
        rf"(?:từ\snăm\s(?P<a>{YEAR})\strở đi|năm\s(?P<a2>{YEAR})\svà\s(?:các|những)\snăm\s(?:tiếp theo|sau)"
        rf"|(?:thực hiện|áp dụng|bắt đầu)\s(?:kể\s)?từ\snăm\s(?P<a3>{YEAR})(?!\s?(?:-|đến)))", re.I)),
    ("year", re.compile(rf"(?<!ngày\s)(?:\snăm|^năm)\s(?P<a>{YEAR})(?!\s?[-/]\s?\d)", re.I)),
]  # fmt: skip
_STATES_RANGE = re.compile(r"giai đoạn|thời kỳ|nhiệm kỳ|năm học|từ năm|các năm|^\s?năm", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]{0,80}\)")


def issuer(page: Page, head: Head, blocks: list[Block]) -> Leaf[str] | None:
    """As the head states it, else as the sentence «X ban hành Kế hoạch» does."""
    lines = _in_head(page, head)
    said = issuing_sentence(page, head.body)
    if lines and not (said and _BARE_ORGAN.fullmatch(page.text[lines[0][0] : lines[-1][1]])):
        value = " ".join(page.shown(*line) for line in lines)
        return page.leaf(value, (lines[0][0], lines[-1][1]), confidence=0.94, rule="issuer-in-head")
    return page.leaf(page.shown(*said), said, confidence=0.93, rule="issuer-issues-plan") if said else None


def _in_head(page: Page, head: Head) -> list[Span]:
    """The lines on the left above the number; the body above the issuer stands first, the issuer last."""
    groups: list[list[Span]] = []
    for start, end in page.paragraphs:
        if start >= (head.kind_at if head.kind_at is not None else 0):
            break
        at = start
        for cell in page.text[start:end].split("\t"):
            span, at = page.trimmed(at, at + max(1, len(cell))), at + len(cell) + 1
            text = page.text[slice(*span)]
            if not text.isupper() or _NATION.match(text) or KIND_LINE.match(text) or len(text) > 120:
                continue
            goes_on = groups and (_PLACE_WORD.match(text) or not bodies.begins(text, 0))
            if goes_on:
                groups[-1].append(span)
            elif bodies.begins(text, 0, named=True):
                groups.append([span])
    return groups[-1] if groups else []


def issuing_sentence(page: Page, body: int) -> Span | None:
    """Where «X» stands in «X ban hành Kế hoạch»."""
    for verb in _ISSUES.finditer(page.text, body, min(len(page.text), body + OPENING)):
        starts = [m.end() for m in _SEPARATOR.finditer(page.text, max(body, verb.start() - LOOK_BACK), verb.start())]
        line = page.text.rfind("\n", max(0, verb.start() - LOOK_BACK), verb.start()) + 1
        starts += [line] if line and verb.start() - line <= LOOK_BACK else []
        for start in sorted(starts, reverse=True):
            if not bodies.begins(page.text, start, named=True):
                continue
            span = bodies.trimmed(page.text, (start, verb.start()))
            words = page.text[slice(*span)]
            if len(words) <= 130 and not re.search(r"[.;:]|\bdo\b|\bcủa UBND", words):
                return span
            break
    return None


def period(page: Page, head: Head, blocks: list[Block], *, issues: Span | None) -> Leaf[PeriodValue] | None:
    """The title's years first, then those of the sentence that issues the plan, then those of «Trên đây là …»."""
    if head.title:
        start = page.at.index(head.title.start)
        found = _stated(page, start, page.at.index(head.title.end - 1, start) + 1, last=True)
        if found:
            return page.leaf(*found, confidence=0.96, rule="period-in-title")
    for start, end, rule in _sentences(page, blocks, issues):
        found = _stated(page, start, end, last=False)
        if found:
            return page.leaf(*found, confidence=0.92, rule=rule)
    return None


def _sentences(page: Page, blocks: list[Block], issues: Span | None) -> list[tuple[int, int, str]]:
    found = []
    if issues:
        stop = re.compile(r"[.\n]").search(page.text, issues[1])
        found.append(
            (issues[0], min(stop.start() if stop else len(page.text), issues[1] + 400), "period-in-issuing-sentence")
        )
    for block in blocks:
        if re.match(r"Trên đây là", block.text):
            end = page.text.find(". ", block.start, block.end)
            found.append((block.start, end if end > 0 else block.end, "period-in-closing-sentence"))
        if block.role == "waves" and not block.is_heading:
            found.append((block.start, min(block.end, block.start + 200), "period-in-time-section"))
    return found


def _stated(page: Page, start: int, end: int, *, last: bool) -> tuple[PeriodValue, Span] | None:
    """The last (in a title) or first years stated; those in brackets belong to anniversaries."""
    text = _IN_BRACKETS.sub(lambda m: " " * len(m[0]), page.text[start:end])
    found: list[tuple[Span, PeriodValue]] = []
    taken: list[Span] = []
    for kind, pattern in _PERIODS:
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            value = _as_period(kind, match)
            if value is None:
                continue
            taken.append(match.span())
            found.append(((start + match.start(), start + match.end()), value))
    if not found:
        return None
    span, value = sorted(found, key=lambda each: each[0])[-1 if last else 0]
    return value, span


def _as_period(kind: str, match: re.Match[str]) -> PeriodValue | None:
    groups = match.groupdict()
    first = int(groups.get("a") or groups.get("a2") or groups.get("a3") or 0)
    if kind == "range":
        second = int(groups["b"])
        if not first < second <= first + 15 or not _STATES_RANGE.search(match[0]):
            return None
        return PeriodValue(kind="range", start_year=first, end_year=second)
    if kind == "open_ended":
        return PeriodValue(kind="open_ended", start_year=first, end_year=None)
    return PeriodValue(kind="year", start_year=first, end_year=first)
