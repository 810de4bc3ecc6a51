"""Documents cited by number: each once, with the date and issuer of whichever mention has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.plans.reading import bodies
from services.plans.reading.dates import iso
from services.plans.reading.layout import Block
from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import CitedValue, Leaf

_TYPES = any_of(words("documents")["cited"]["types"])
_MISSPELT: dict[str, str] = words("documents")["misspelt"]
_PIECE = r"[A-ZĐ][A-Za-zĐđÀ-ỹ&.]{0,14}[A-Za-zĐđÀ-ỹ&]\d{0,2}|[A-ZĐ]"
SYMBOL = rf"(?:{_PIECE})(?:\s?[-/]\s?(?:{_PIECE})){{0,4}}"
_DATE = (
    r"(?:,?\s(?:ban\shành\s)?(?:ngày\s)?\(?(?P<d>\d{1,2})(?:\s?[/.-]\s?|\stháng\s)(?P<m>\d{1,2})(?:\s?[/.-]\s?"
    r"|\snăm\s)(?P<y>[12]\d{3})\)?)?"
)
_BY_WHOM = re.compile(r",?\s(?:của|do)\s(?=\S)")
LONGEST_ISSUER = 90
_CITED = re.compile(
    rf"(?<!\w)(?P<type>(?i:{_TYPES}))\s(?:này\s|[^;:.\d\n]{{2,70}}?(?=số\s))?(?:số\s?:?\s?)?(?P<n>\d{{1,5}})\s?(?P<sep>[-/])\s?"
    rf"(?:(?P<year>[12]\d{{3}})\s?/\s?)?(?P<sym>{SYMBOL}){_DATE}"
)
# «các Kế hoạch số 110/KH-UBND ngày … và số 06/KH-UBND ngày …»: a further number of the same kind
_FURTHER = re.compile(
    rf"(?:\s?[,;]|\s(?:và|cùng))\s(?:và\s)?số\s?:?\s?(?P<n>\d{{1,5}})\s?(?P<sep>[-/])\s?"
    rf"(?:(?P<year>[12]\d{{3}})\s?/\s?)?(?P<sym>{SYMBOL}){_DATE}"
)
_ISSUER_OVER = re.compile(
    r"\s(?:về|theo|và|là|ngày|ban\shành|phát\sđộng|quy\sđịnh|hướng\sdẫn|sửa\sđổi|triển\skhai|phê\sduyệt"
    r"|quy\sđịnh|gắn|trong|thực\shiện|đã|tại|cho|đến|với|nhằm|để|giai\sđoạn|chỉ\sđạo)(?!\w)"
)
_PARTY = re.compile(r"(?:/(?:TW|TU|HU|ĐU|QU|ThU|BTG\w*|VPTW|BTCTW|ĐUK\w*|UBKT\w*)$)")
_BASIS = re.compile(
    r"(?:Căn cứ|Thực hiện|Theo|Triển khai|Tiếp tục thực hiện|Trên cơ sở|Hưởng ứng|Để thực hiện|Chấp hành)\b", re.I
)
_OWN = re.compile(
    r"(?:\n\((?:theo|trích)|nguồn|kèm theo|ban hành theo|kế hoạch này)\W{0,3}(?:theo)?[^;.\n]{0,12}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Mention:
    span: Span
    value: CitedValue


def cited(page: Page, blocks: list[Block], *, own: str | None, basis_ends: int) -> list[Leaf[CitedValue]]:
    """In order of first mention; the plan's own number is none."""
    found: dict[str, list[_Mention]] = {}
    for match in _CITED.finditer(page.text):
        if _OWN.search(page.text[max(0, match.start() - 40) : match.start()]):
            continue
        for each in _listed(page.text, match):
            mention = _mention(page, each, match["type"], basis_ends=basis_ends)
            if mention.value.code != own:
                found.setdefault(mention.value.code, []).append(mention)
    return [_leaf(page, mentions) for mentions in found.values()]


def _listed(text: str, first: re.Match[str]) -> list[re.Match[str]]:
    found = [first]
    while more := _FURTHER.match(text, found[-1].end()):
        found.append(more)
    return found


def _mention(page: Page, match: re.Match[str], kind: str, *, basis_ends: int) -> _Mention:
    number, symbol = match["n"], re.sub(r"\s", "", page.shown(*match.span("sym")))
    if match["year"]:
        symbol = f"{match['year']}/{symbol}"
    issuer = _issuer(page, match.end())
    end = issuer[1] if issuer else match.end()
    typed = " ".join(kind.split())
    start = match.start("type") if "type" in match.re.groupindex else match.start("n")
    return _Mention(
        (start, end),
        CitedValue(
            type=_MISSPELT.get(typed.casefold(), typed[:1].upper() + typed[1:]),
            code=f"{number}{match['sep']}{symbol}",
            number=number,
            symbol=symbol,
            date=iso(match["y"], match["m"], match["d"]),
            issuer=page.shown(*issuer) if issuer else None,
            relation="basis" if match.start() < basis_ends else "cited",
        ),
    )


def _issuer(page: Page, at: int) -> Span | None:
    """«của Bộ Chính trị khóa XI về …»: a body's name, else the words up to where the subject begins."""
    text = page.text
    by = _BY_WHOM.match(text, at)
    if by is None:
        return None
    stop = re.compile(r"[;,.\"()\n]").search(text, by.end(), by.end() + LONGEST_ISSUER)
    end = stop.start() if stop else min(len(text), by.end() + LONGEST_ISSUER)
    over = _ISSUER_OVER.search(text, by.end(), end)
    end = over.start() if over else end
    if bodies.begins(text, by.end()):
        end = max(end, bodies.names_from(text, by.end(), by.end() + LONGEST_ISSUER)[0][1])
    return page.trimmed(by.end(), end) if end > by.end() + 1 else None


def _leaf(page: Page, mentions: list[_Mention]) -> Leaf[CitedValue]:
    """The first mention, filled from the later ones."""
    first = mentions[0]
    values = [mention.value for mention in mentions]
    whole = first.value.model_copy(
        update={
            "date": next((value.date for value in values if value.date), None),
            "issuer": next((value.issuer for value in values if value.issuer), None),
        }
    )
    return page.leaf(whole, first.span, confidence=0.95, rule="cited-by-number")


def basis_end(blocks: list[Block], title_end: int) -> int:
    """Where the opening paragraphs end: what they cite is the basis."""
    for block in blocks:
        if block.start > title_end and (block.is_heading or (block.marker and not _BASIS.match(block.text))):
            return block.start
    return title_end
