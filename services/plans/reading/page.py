"""The text made easy to read by rules, each character still knowing its place in the document.

Spaces, dashes, quotation marks and tone marks are written one way, Markdown signs are dropped, and a paragraph broken
over several lines is one line again. Rules look at `Page.text`; what they give back is made of the document's own
letters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from services.plans.reading.reading import Leaf, Words

V = TypeVar("V")
Span = tuple[int, int]

_ONE_WAY = {
    **dict.fromkeys("“”„‟«»″〝〞", '"'),
    **dict.fromkeys("–—‒‑−―‐", "-"),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("●▪■◦○◆❖✓✔➢➤►·∙▫", "•"),
    "…": ".",
}
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")
# the older place of the tone mark: «uỷ» and «ủy» are one word
_TONES = {
    **{f"u{old}": new + "y" for old, new in zip("ỳýỷỹỵ", "ùúủũụ", strict=True)},
    **{f"U{old}": new + "y" for old, new in zip("ỳýỷỹỵ", "ÙÚỦŨỤ", strict=True)},
    **{f"U{old}": new + "Y" for old, new in zip("ỲÝỶỸỴ", "ÙÚỦŨỤ", strict=True)},
    **{f"o{old}": new + "a" for old, new in zip("àáảãạ", "òóỏõọ", strict=True)},
    **{f"O{old}": new + "A" for old, new in zip("ÀÁẢÃẠ", "ÒÓỎÕỌ", strict=True)},
}
# a letter read from a picture where a digit stands: «0l», «l5», «2O16»
_MISREAD = re.compile(r"(?<=\d)[lO](?![^\W\d_])|(?<!\w)[lO](?=\d)")
_TONED = re.compile("(?:" + "|".join(_TONES) + r")(?!\w)")
_MARKDOWN = re.compile(r"^(?:\s{0,3}#{1,6}(?=\s)|\s{0,3}>(?=\s))|\*{2,3}|(?<=\S)\*|\*(?=\S)|_{2,}|\\(?=[-.*#_()])|\|")
_COLUMNS = re.compile(r"\t[ \t]*| {4,}\t?[ \t]*")
_PAGE_NUMBER = re.compile(r"[-\s]*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?[-\s]*", re.IGNORECASE)

MARKER = re.compile(
    r"(?:(?P<part>(?i:(?:phần|chương|mục)\s(?:thứ\s)?[\wÀ-ỹ]{1,6}[.:]?(?=\s|$)))"
    r"|(?P<article>(?i:điều)\s\d{1,3}[.:])"
    r"|(?P<roman>[IVX]{1,5})\s?(?:[.)](?=\s|[A-ZĐÀ-Ỹ])|[-/](?=\s))"
    r"|(?P<deep>\d{1,2}(?:\.\d{1,2}){1,3})(?:[.)/-](?=\s|[A-ZĐÀ-Ỹ])|(?=\s[A-ZĐÀ-Ỹ]))"
    r"|(?P<number>\d{1,2})\s?(?:[.)](?=\s|[A-ZĐÀ-Ỹ])|[-/](?=\s))"
    r"|(?P<capital>[A-ZĐ])[.)](?=\s)"
    r"|(?P<letter>[a-zđ])(?:[.,](?=\s)|\))"
    r"|(?P<dash>[-•])(?=\s?\S)|(?P<plus>[+*o])(?=\s))\s*"
)
_ENDS = re.compile(r"[.!?:;]\"?$|/\.$")
_GOES_ON = re.compile(r"(?:\b(?:của|về|và|các|những|với|theo|thực hiện|trong|cho|tại|từ|đến|do|là)|,)$", re.IGNORECASE)
_OPENS = re.compile(r"(?:Căn cứ|Thực hiện|Nơi nhận|Kính gửi|TM|KT|TL|TUQ|T/M|K/T)\b")
WIDE = 60  # a wrapped line is at least this long


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the document, tidied: its letters and where each stands."""

    text: str
    at: list[int]
    after_gap: bool


@dataclass(frozen=True)
class Page:
    """`at[i]` is where `text[i]` stands in `source`. A line of `text` is a paragraph; a tab separates columns."""

    source: str
    text: str
    at: list[int]
    gaps: frozenset[int]  # starts of paragraphs that follow an empty line

    @cached_property
    def paragraphs(self) -> list[Span]:
        """Where each paragraph starts and ends."""
        ends = [i for i, letter in enumerate(self.text) if letter == "\n"]
        return [(a + 1, b) for a, b in pairwise([-1, *ends, len(self.text)]) if b > a + 1]

    def words(self, start: int, end: int) -> Words:
        """The words between two places of `text`, as they stand in the document."""
        start, end = self.trimmed(start, end)
        a, b = self.at[start], self.at[end - 1] + 1
        return Words(quote=self.source[a:b], start=a, end=b)

    def shown(self, start: int, end: int) -> str:
        """The same words in the document's own letters, spaces single."""
        letters = (" " if self.text[i].isspace() else self.source[self.at[i]] for i in range(start, end))
        return " ".join("".join(letters).split())

    def trimmed(self, start: int, end: int) -> Span:
        """Without outer space."""
        while end > start + 1 and self.text[end - 1].isspace():
            end -= 1
        while start < end - 1 and self.text[start].isspace():
            start += 1
        return start, end

    def leaf(self, value: V, span: Span, *, confidence: float, rule: str) -> Leaf[V]:
        """What a rule read at a place."""
        return Leaf(value=value, confidence=confidence, rule=rule, **self.words(*span).model_dump())


def page(source: str) -> Page:
    """The document's text (NFC, `\\n`) with its paragraphs whole."""
    lines = _lines(source)
    wrapped = _wrap_width(lines)
    text, at, gaps = [], [], []
    before: _Line | None = None
    closing = False
    for line in lines:
        closing = closing or line.text.casefold().startswith("nơi nhận")
        joined = before is not None and not closing and _continues(before, line, wrapped)
        if before is not None:
            text.append(" " if joined else "\n")
            at.append(line.at[0])
        if not joined:
            gaps += [len(at)] if line.after_gap else []
        text.append(line.text)
        at += line.at
        before = line
    return Page(source, "".join(text), at, frozenset(gaps))


def _lines(source: str) -> list[_Line]:
    found, start, gap = [], 0, False
    for raw in re.split(r"[\n\f\v\u2028\u2029]", source):
        line = _tidied(raw, start, gap)
        if any(map(str.isalnum, line.text)) and not _PAGE_NUMBER.fullmatch(line.text):
            found.append(line)
            gap = False
        else:
            gap = True
        start += len(raw) + 1
    return found


def _tidied(raw: str, start: int, gap: bool) -> _Line:
    """One line: Markdown dropped, columns as tabs, other space single, letters written one way."""
    dropped = {i for match in _MARKDOWN.finditer(raw) for i in range(*match.span()) if match[0] != "|"}
    columns = {i for match in _COLUMNS.finditer(raw) for i in range(*match.span())}
    letters: list[str] = []
    at: list[int] = []
    for i, letter in enumerate(raw):
        if i in dropped or letter in _UNSEEN:
            continue
        one = "\t" if i in columns or letter == "|" else " " if letter.isspace() else _ONE_WAY.get(letter, letter)
        if one in " \t" and (not letters or letters[-1] in " \t"):
            if letters and one == "\t":
                letters[-1] = one
            continue
        letters.append(one)
        at.append(start + i)
    while letters and letters[-1] in " \t":
        letters.pop()
        at.pop()
    return _Line(_as_digits(_toned("".join(letters))), at, gap)


def _toned(text: str) -> str:
    return _TONED.sub(lambda m: m[0] if m.start() and text[m.start() - 1] in "Qq" else _TONES[m[0]], text)


def _as_digits(text: str) -> str:
    return _MISREAD.sub(lambda m: "1" if m[0] == "l" else "0", text)


def _wrap_width(lines: list[_Line]) -> int | None:
    """The width at which the text was broken into lines; None where a paragraph is one long line."""
    lengths = sorted(len(line.text) for line in lines)
    if not lengths or lengths[-1] > 220:
        return None
    width = lengths[int(len(lengths) * 0.9)]
    return width if width >= WIDE else None


def _continues(before: _Line, line: _Line, wrapped: int | None) -> bool:
    """Whether a line goes on with the sentence of the line before."""
    if MARKER.match(line.text) or _OPENS.match(line.text) or "\t" in line.text:
        return False
    if _ENDS.search(before.text) or before.text.isupper() or line.text.isupper() or len(before.text) < 25:
        return False
    first = next((c for c in line.text if c.isalnum()), "")
    if first.islower() or (first.isdigit() and not line.after_gap):
        return True
    if _GOES_ON.search(before.text[-20:]) and len(before.text) >= WIDE:
        return True
    return wrapped is not None and not line.after_gap and len(before.text) >= wrapped * 0.8


def composed(text: str) -> str:
    """NFC with `\\n` line ends: what a Reading calls `text`."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def bare(text: str) -> str:
    """Without accents, as careless typing and picture reading leave it; «Đ» as «D»."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
