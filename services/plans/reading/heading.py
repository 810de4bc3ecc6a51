"""The head of the document: kind, number, symbol, place, date, title.

The forms are those of Nghị định 30/2020/NĐ-CP and of the Party, unions and Front.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.plans.reading.citing import SYMBOL
from services.plans.reading.dates import iso
from services.plans.reading.layout import Block
from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import Leaf

KINDS: dict[str, str] = words("documents")["kinds"]
PLANS = frozenset(words("documents")["plans"]["kinds"])
HEAD_BLOCKS, TITLE_BLOCKS, LONGEST_TITLE = 60, 8, 900
FURNITURE = 4  # short lines a web page puts between title and text

_KIND = any_of(list(KINDS))
KIND_LINE = re.compile(
    rf"(?P<kind>{_KIND}|{any_of([k.capitalize() for k in KINDS])})(?P<rest>(?:\s.{{0,{LONGEST_TITLE}}})?)$"
)
_NUMBER = re.compile(
    (
        rf"(?:^|(?<=\t))\s?(?:Số"
        rf"|SỐ)\s?[:.]?\s?(?P<n>\d{{0,5}})[\s.…]{{0,30}}(?P<sep>[-/])\s?(?:(?P<year>[12]\d{{3}})\s?/\s?)?(?P<sym>{SYMBOL})"
    ),
    re.MULTILINE,
)
_PLACE_DATE = re.compile(
    (
        r"(?:^|(?<=\t))(?P<place>[A-ZĐÀ-Ỹ][^\n\t,\d:;\"]{1,40}(?:\s\d{1,2})?),\s?ngày(?:\s?(?P<d>\d{1,2}))?[\s.…]{0,20}(?:tháng"
        r"|/)(?:\s?(?P<m>\d{1,2}))?[\s.…]{0,20}(?:năm|/)\s?(?P<y>\d{4})?"
    ),
    re.MULTILINE,
)
_SOURCE = re.compile(
    rf"(?:\(?(?:Nguồn|Theo nguồn|Nguồn tin)\s?:?\s?(?:theo\s)?|^\((?:Trích\s|Theo\s))(?:{_KIND}|Kế hoạch|Hướng dẫn"
    rf"|Chương trình)\s?(?:số\s?:?\s?)?(?P<n>\d{{1,5}})\s?(?P<sep>[-/])\s?(?P<sym>{SYMBOL})"
    r"(?:,?\sngày\s(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4}))?",
    re.IGNORECASE | re.MULTILINE,
)
_OPENS_BODY = re.compile(
    r"(?:(?:-\s)?(?:Căn cứ|Thực hiện|Để|Theo|Triển khai|Hưởng ứng|Nhằm|Trên cơ sở|Tiếp tục|Phát huy|Chấp hành"
    r"|Năm \d{4}|Kính gửi|Xét|Trong (?:những )?năm|Thi hành|Quán triệt|Ngày \d)(?!\w)"
    r"|[IVX]{1,4}\s?[.)-]|\d{1,2}\s?[.)]\s|PHẦN|Phần)"
)
_TITLE_VERB = re.compile(
    r"(?:Triển khai|Thực hiện|Tiếp tục|Hưởng ứng|Phát huy)\s(?![^\n]*\b(?:ban hành|xây dựng) [Kk]ế hoạch)"
)
_PARENTHESIS = re.compile(r"\(.*\)\s*$|[-_*=\s]+$")


@dataclass(frozen=True, slots=True)
class Head:
    """The leaves of the head, and where the body begins."""

    document_type: Leaf[str] | None
    number: Leaf[str] | None
    symbol: Leaf[str] | None
    date: Leaf[str] | None
    place: Leaf[str] | None
    title: Leaf[str] | None
    body: int
    kind_at: int | None

    @property
    def own_code(self) -> str | None:
        """«221/KH-UBND»; Party symbols are joined by a hyphen."""
        if not (self.number and self.symbol):
            return None
        return f"{self.number.value}{'-' if '/' in self.symbol.value else '/'}{self.symbol.value}"


def head(page: Page, blocks: list[Block]) -> Head:
    """Read before anything else: where it ends, the body begins."""
    kind = _kind_line(blocks)
    title = _title_below(page, blocks, kind) if kind is not None else _title_above(page, blocks)
    body = _after(blocks, title) if title else 0
    top = min(body, blocks[kind].start) if kind is not None else body
    number, symbol = _number(page, top)
    date, place = _place_date(page, top)
    document_type = _kind_leaf(page, blocks[kind]) if kind is not None else _kind_in_text(page)
    source = _SOURCE.search(page.text, body)
    if number is None and symbol is None and source:
        number = page.leaf(source["n"], source.span("n"), confidence=0.93, rule="number-in-source-line")
        symbol = page.leaf(
            _no_space(page.shown(*source.span("sym"))),
            source.span("sym"),
            confidence=0.93,
            rule="symbol-in-source-line",
        )
        day = iso(source["y"], source["m"], source["d"])
        if date is None and day:
            date = page.leaf(day, (source.start("d"), source.end("y")), confidence=0.93, rule="date-in-source-line")
    return Head(document_type, number, symbol, date, place, _title_leaf(page, title), body, top)


def _kind_line(blocks: list[Block]) -> int | None:
    """The line that names the kind in capitals; where it stands twice, the last before the body."""
    found = None
    for i, block in enumerate(blocks[:HEAD_BLOCKS]):
        if found is not None and (block.is_heading or _OPENS_BODY.match(block.text)):
            break
        match = KIND_LINE.match(block.text.rstrip(" :."))
        if match and (match["kind"].isupper() or not match["rest"].strip()) and not block.marker:
            found = i
    return found


def _kind_leaf(page: Page, block: Block) -> Leaf[str] | None:
    match = KIND_LINE.match(block.text.rstrip(" :."))
    if match is None:
        return None
    return page.leaf(
        KINDS[_single_spaced(match["kind"]).upper()],
        (block.start, block.start + match.end("kind")),
        confidence=0.98,
        rule="kind-line",
    )


def _kind_in_text(page: Page) -> Leaf[str] | None:
    """«… ban hành Kế hoạch …», «Trên đây là Kế hoạch …»: the kind is said only in the text."""
    said = re.search(
        r"(?:ban hành|xây dựng|triển khai|Trên đây là|nội dung)\s(?:bản\s)?(?P<kind>kế hoạch|hướng dẫn|chương trình)",
        page.text,
        re.IGNORECASE,
    )
    if said is None:
        return None
    return page.leaf(
        KINDS[_single_spaced(said["kind"]).upper()], said.span("kind"), confidence=0.92, rule="kind-in-text"
    )


def _title_leaf(page: Page, title: tuple[str, Span, float, str] | None) -> Leaf[str] | None:
    if title is None:
        return None
    value, span, confidence, rule = title
    return page.leaf(value, span, confidence=confidence, rule=rule)


def _title_below(page: Page, blocks: list[Block], kind: int) -> tuple[str, Span, float, str] | None:
    """The lines between «KẾ HOẠCH» and the body."""
    match = KIND_LINE.match(blocks[kind].text.rstrip(" :."))
    rest = match["rest"].strip() if match else ""
    start = blocks[kind].end - len(rest) if rest else None
    end = blocks[kind].end
    for block in blocks[kind + 1 : kind + 1 + TITLE_BLOCKS]:
        if _ends_title(block, begun=start is not None) and not (start is None and _names_subject(block)):
            break
        start = block.whole[0] if start is None else start
        end = block.end
    if start is None or end - start > LONGEST_TITLE:
        return None
    return _as_title(page, start, end, confidence=0.96, rule="title-below-kind")


def _ends_title(block: Block, *, begun: bool) -> bool:
    text = block.text
    if _OPENS_BODY.match(page_text(block)) or (block.is_heading and block.marker) or block.marker:
        return True
    if text.endswith((".", ":", ";")) and (begun or len(text) > 250) and not text.endswith("..."):
        return True
    return begun and (
        len(text) > 400
        or bool(re.search(r"\bnhư sau\W*$|(?:xây dựng|ban hành) [Kk]ế hoạch", text))
        or _PARENTHESIS.match(text) is not None
    )


def _names_subject(block: Block) -> bool:
    """«Triển khai phong trào thi đua … năm 2021»: a title that begins with the verb a basis may begin with."""
    text = block.text
    return not block.marker and len(text) < 300 and _TITLE_VERB.match(text) is not None and text[-1] not in ".:;,"


def page_text(block: Block) -> str:
    """The paragraph with its marker: «I. MỤC ĐÍCH» opens the body too."""
    return f"{block.marker} {block.text}".strip() if block.marker else block.text


def _title_above(page: Page, blocks: list[Block]) -> tuple[str, Span, float, str] | None:
    """A web copy without «KẾ HOẠCH»: the nearest long line above the first paragraph of the body."""
    for i, block in enumerate(blocks[:HEAD_BLOCKS]):
        if _OPENS_BODY.match(page_text(block)) and len(block.text) > 60:
            above = [b for b in blocks[max(0, i - FURNITURE) : i] if 20 < len(b.text) < 400 and not b.marker]
            if above:
                return _as_title(page, above[-1].whole[0], above[-1].end, confidence=0.85, rule="title-above-body")
    return None


def _as_title(page: Page, start: int, end: int, *, confidence: float, rule: str) -> tuple[str, Span, float, str]:
    start, end = page.trimmed(start, end)
    while end > start + 1 and page.text[end - 1] in ' .,;:-"':
        end -= 1
    while start < end - 1 and page.text[start] in ' -:"':
        start += 1
    return page.shown(start, end), (start, end), confidence, rule


def _after(blocks: list[Block], title: tuple[str, Span, float, str]) -> int:
    return next((block.whole[0] for block in blocks if block.whole[0] >= title[1][1]), title[1][1])


def _number(page: Page, top: int) -> tuple[Leaf[str] | None, Leaf[str] | None]:
    found = _NUMBER.search(page.text, 0, top)
    if found is None:
        return None, None
    symbol = _no_space(page.shown(*found.span("sym")))
    if found["year"]:
        symbol = f"{found['year']}/{symbol}"
    number = page.leaf(found["n"], found.span("n"), confidence=0.98, rule="number-line") if found["n"] else None
    start = found.start("year") if found["year"] else found.start("sym")
    return number, page.leaf(symbol, (start, found.end("sym")), confidence=0.97, rule="number-line")


def _place_date(page: Page, top: int) -> tuple[Leaf[str] | None, Leaf[str] | None]:
    found = _PLACE_DATE.search(page.text, 0, top)
    if found is None:
        return None, None
    place = page.leaf(
        page.shown(*found.span("place")), found.span("place"), confidence=0.97, rule="place-and-date-line"
    )
    day = iso(found["y"], found["m"], found["d"] if found["m"] else None)
    if day is None:
        return None, place
    first = next(found.start(name) for name in ("d", "m", "y") if found[name])
    return page.leaf(
        day, (first, found.end("y")), confidence=0.97 if found["d"] else 0.93, rule="place-and-date-line"
    ), place


def _no_space(symbol: str) -> str:
    return "".join(symbol.split())


def _single_spaced(words_of: str) -> str:
    """A column's tab may stand between two words of a name."""
    return " ".join(words_of.split())
