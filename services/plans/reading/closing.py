"""The foot of the document: recipients («Nơi nhận») and signature, beside each other or one below the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import Leaf, RecipientValue, SignerValue

_WORDS = words("closing")
_TO = re.compile(r"(?:^|(?<=\t))\s?N[ơo]i nh[ậa]n\s?(?:văn bản)?\s?[:.;]?", re.IGNORECASE | re.MULTILINE)
_ITEM = re.compile(r"\s?(?:[-•+*]|\d{1,2}[.)])\s?(?=\S)")
_KEPT = re.compile(r"Lưu(?!\s(?:ý|truyền))\b")
_AUTHORITY = re.compile(r"(?P<a>TM|KT|TL|TUQ|Q|T/M|K/T|T/L)\s?(?P<dot>\.?)\s?(?P<b>[A-ZĐÀ-Ỹ][^\t\n]{2,90})$")
_POSITION = re.compile(
    (
        rf"(?:(?:quyền|q\.)\s)?(?:phó\s)?(?:{any_of(_WORDS['positions'])})(?:\s(?!của\b|các\b|và\b|ban hành\b"
        rf"|là\b)[\wÀ-ỹ,-]{{1,20}}){{0,8}}\W*$"
    ),
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?:TS|ThS|BS|PGS|GS|CN|KS|Ths|Thạc sĩ|Tiến sĩ)\.?\s?){0,3}((?:[A-ZĐÀ-Ỹ][a-zà-ỹđ]{0,6}|[A-ZĐÀ-Ỹ]{2,7}"
    r"|[AEIOUYÀ-Ỹ])(?:\s(?:[A-ZĐÀ-Ỹ]'[A-ZĐÀ-Ỹ]?[a-zà-ỹđ]{1,6}|[A-ZĐÀ-Ỹ][a-zà-ỹđ]{0,6}|[A-ZĐÀ-Ỹ]{1,7})){1,4})$"
)
_NOT_NAMES = re.compile(rf"(?:{any_of(_WORDS['not_names'])})(?!\w)", re.IGNORECASE)
_SIGNED = re.compile(r"\(?\s?(?:đã ký|ký tên|ký|đã ký tên)[^)\t\n]{0,30}\)?\s?", re.IGNORECASE)
_PURPOSE = re.compile(
    (
        r"\s?\((?P<p>[^()]{1,60})\)\s?$|\s?[-,]?\s(?P<q>(?:để\s)?(?:b/c|báo cáo|t/h|thực hiện|chỉ đạo|p/h|phối hợp"
        r"|theo dõi|biết)(?:[\s,/](?:b/c|báo cáo|t/h|thực hiện|chỉ đạo|p/h|phối hợp|theo dõi|biết)){0,3})$"
    ),
    re.IGNORECASE,
)
FARTHEST = 80  # lines of a foot


@dataclass(frozen=True, slots=True)
class Foot:
    """Where the foot begins, and what it says."""

    start: int
    recipients: list[Leaf[RecipientValue]]
    signer: Leaf[SignerValue] | None


def foot(page: Page, body: int) -> Foot:
    """The last «Nơi nhận» and the signature around it."""
    to = next(iter(reversed(list(_TO.finditer(page.text, body)))), None)
    signed_at = _signature_start(page, body, to.start() if to else None)
    start = min([at for at in (to.start() if to else None, signed_at) if at is not None], default=len(page.text))
    recipients = _recipients(page, to.end()) if to else []
    signer = _signer(page, start) if start < len(page.text) else None
    return Foot(start, recipients, signer)


def body_end(page: Page, body: int, foot: int) -> int:
    """Where the text of the plan is over: at its «./.», else where the foot begins."""
    mark = page.text.rfind("./.", body, foot)
    return page.text.find("\n", mark) if mark > 0 and page.text.find("\n", mark) > 0 else foot


def _cells(page: Page, start: int) -> list[Span]:
    """Line by line and column by column, from a place on; an appendix ends it."""
    found: list[Span] = []
    for a, b in page.paragraphs:
        if b <= start:
            continue
        at = max(a, start)
        for piece in page.text[at:b].split("\t"):
            if piece.strip():
                found.append(page.trimmed(at, at + len(piece)))
            at += len(piece) + 1
        if len(found) > FARTHEST:
            break
    return found


def _signature_start(page: Page, body: int, to: int | None) -> int | None:
    """The first line of authority or position near the end that stands by itself."""
    lines = [span for span in page.paragraphs if span[0] >= body][-FARTHEST:]
    for a, b in lines:
        if to is not None and a >= to:
            return None
        if b - a < 100 and (
            _AUTHORITY.match(page.text, a, b) or (page.text[a:b].isupper() and _POSITION.match(page.text, a, b))
        ):
            return a
    return None


def _recipients(page: Page, start: int) -> list[Leaf[RecipientValue]]:
    spans: list[Span] = []
    open_item = False
    for a, b in _cells(page, start):
        text = page.text[a:b]
        item = _ITEM.match(text)
        if _is_signature(text) and not item:
            open_item = False
        elif item or _KEPT.match(text) or (text.endswith(";") and len(text) < 160):
            spans += _split(page, a + (item.end() if item else 0), b)
            open_item = not text.endswith((";", "."))
        elif open_item and spans and text[:1].islower():
            spans[-1] = (spans[-1][0], b)
        else:
            open_item = False
        if spans and _KEPT.match(page.text, *spans[-1]):
            break
    return [leaf for span in spans if (leaf := _recipient(page, span))]


def _split(page: Page, start: int, end: int) -> list[Span]:
    """«- Như trên; - Lưu: VT.» on one line."""
    found, at = [], start
    for stop in re.finditer(r";\s?(?:[-•+]\s?|(?=Lưu))|(?<=\));\s(?=[A-ZĐÀ-Ỹ])", page.text[start:end]):
        found.append((at, start + stop.start()))
        at = start + stop.end()
    return [*found, (at, end)] if page.text[at:end].strip(" .;") else found


def _recipient(page: Page, span: Span) -> Leaf[RecipientValue] | None:
    start, end = page.trimmed(*span)
    while end > start + 1 and page.text[end - 1] in " .;,":
        end -= 1
    kept = _KEPT.match(page.text, start, end)
    purpose = None if kept else _PURPOSE.search(page.text[start:end])
    name_end = start + purpose.start() if purpose and purpose.start() > 2 else end
    name = page.shown(start, name_end).rstrip(" ;,.:")
    if len(name) < 2:
        return None
    said = (
        next((page.shown(start + purpose.start(g), start + purpose.end(g)) for g in ("p", "q") if purpose[g]), None)
        if purpose
        else None
    )
    return page.leaf(RecipientValue(name=name, purpose=said), (start, end), confidence=0.94, rule="recipient-line")


def _is_signature(text: str) -> bool:
    return bool(_AUTHORITY.match(text) or (len(text) < 70 and text.isupper() and _POSITION.match(text)))


def _signer(page: Page, start: int) -> Leaf[SignerValue] | None:
    """TM., KT. … , position and name, top to bottom; the lines of the recipients between them are passed over."""
    authority: tuple[str, str, Span] | None = None
    position: Span | None = None
    name: Span | None = None
    for a, b in _cells(page, start):
        text = page.text[a:b]
        found = _AUTHORITY.match(text)
        if _ITEM.match(text) or _KEPT.match(text) or text.endswith(";"):
            continue
        if found and position is None:
            stated = found["a"] + (found["dot"] or ("." if "/" not in found["a"] else ""))
            authority = authority or (stated, page.shown(a + found.start("b"), b), (a, b))
            position = (a + found.start("b"), b) if found["a"] == "Q" else None
        elif position is None and len(text) < 90 and _POSITION.match(text) and _like_a_position(text):
            position = (a, b)
        elif position is not None and name is None:
            name = _name(page, a, b)
            if name:
                break
    return _as_signer(page, authority, position=position, name=name)


def _like_a_position(text: str) -> bool:
    return text.isupper() or (text[:1].isupper() and len(text) < 40 and not text.endswith((".", ":", ";")))


def _as_signer(
    page: Page, authority: tuple[str, str, Span] | None, *, position: Span | None, name: Span | None
) -> Leaf[SignerValue] | None:
    if position is None:
        return None
    if authority and authority[0] == "Q.":  # «Q. CỤC TRƯỞNG»: acting, on nobody's behalf
        authority = (authority[0], "", authority[2])
    value = SignerValue(
        authority=authority[0] if authority else None,
        on_behalf_of=(authority[1].rstrip(" ,.;") or None) if authority else None,
        position=page.shown(*position).rstrip(" ,.;:"),
        name=page.shown(*name) if name else None,
    )
    start = authority[2][0] if authority else position[0]
    return page.leaf(
        value, (start, name[1] if name else position[1]), confidence=0.95 if name else 0.91, rule="signature"
    )


def _name(page: Page, start: int, end: int) -> Span | None:
    signed = _SIGNED.match(page.text, start, end)
    start = signed.end() if signed and signed.end() < end else start
    found = _NAME.match(page.text, start, end)
    if found is None or _NOT_NAMES.match(found[1]) or _POSITION.match(found[1]):
        return None
    return found.span(1)
