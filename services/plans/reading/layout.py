"""How the document is built: paragraphs with their numbering, headings, and the sections they lie in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import MARKER, Page, Span, bare

LEVELS = {
    **{"part": 1, "capital": 2, "roman": 3, "article": 4, "number": 5, "deep": 6},
    **{"letter": 8, "dash": 9, "plus": 10},
}
UNNUMBERED_HEADING, BODY = 7, 11
LONGEST_HEADING, SHORT = 170, 70


def _opening(listed: list[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """As written, and with the accents lost."""
    plain = [re.compile(rf"(?:{any_of(each)})(?!\w)", re.IGNORECASE) for each in (listed, [*map(bare, listed)])]
    return plain[0], plain[1]


_ROLES = [
    (role, _opening(opens))
    for role, opens in sorted(words("headings")["opens"].items(), key=lambda item: item[0] == "content")
]
_WHOM = [(whom, _opening(named)) for whom, named in words("headings")["whom"].items()]
_BEFORE_ROLE = re.compile(r"(?:về|công tác|một số|các)\s+(?=\S)", re.IGNORECASE)
_RUN_IN = re.compile(r"[^:.;]{3,90}:(?=\s+\S)")
_CLOSES = re.compile(
    r"Trên đây là\b|Trong quá trình (?:tổ chức|triển khai|thực hiện)|Kế hoạch này (?:có|được|thay)"
    r"|(?:Đề nghị|Yêu cầu)\s(?=\S)"
)
_APPENDIX = re.compile(r"(?:PHỤ LỤC|Phụ lục|DANH MỤC|BIỂU MẪU|Mẫu số)\b[^:;,]{0,60}$")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section: where its words stand, and what the section is about, if it says."""

    level: int
    span: Span
    text: str
    role: str | None
    whom: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: `start` lies behind its number or bullet. `trail` are the headings above, outermost first."""

    whole: Span
    start: int
    text: str
    level: int
    marker: str
    trail: tuple[Heading, ...] = ()
    is_heading: bool = False

    @property
    def end(self) -> int:
        return self.whole[1]

    @property
    def role(self) -> str | None:
        """What the innermost section that says so is about."""
        return next((heading.role for heading in reversed(self.trail) if heading.role), None)

    @property
    def roles(self) -> list[str]:
        """Of every section around, outermost first."""
        return [heading.role for heading in self.trail if heading.role]

    @property
    def whom(self) -> str | None:
        """Whom the criteria here speak of."""
        return next((heading.whom for heading in reversed(self.trail) if heading.whom), None)


def blocks(page: Page) -> list[Block]:
    """Every paragraph, in order."""
    plain = [_block(page, span) for span in page.paragraphs]
    found: list[Block] = []
    trail: list[Heading] = []
    for block, after in zip(plain, [*plain[1:], None], strict=False):
        heading = _heading(block, after)
        level = heading.level if heading else block.level
        if _CLOSES.match(block.text) and not block.marker:
            trail = []
        elif heading or block.marker:
            trail = [above for above in trail if above.level < level]
        elif found and found[-1].marker and not found[-1].is_heading:
            trail = _without_bearer(trail)
        found.append(replace(block, trail=tuple(trail), is_heading=heading is not None))
        if heading:
            trail = [*trail, heading]
            continue
        run_in = _run_in(found[-1])
        if run_in:
            found[-1] = replace(found[-1], trail=(*trail, run_in))
            trail = [*trail, run_in] if block.marker else trail
    return found


def _without_bearer(trail: list[Heading]) -> list[Heading]:
    """A plain paragraph behind the items of «4. Phòng Nội vụ» is no longer that body's."""
    return trail[:-1] if trail and not (trail[-1].role or trail[-1].whom) else trail


def _block(page: Page, span: Span) -> Block:
    text = page.text[slice(*span)]
    marker = MARKER.match(text)
    if marker is None or marker.end() == len(text):
        return Block(span, span[0], text, BODY, "")
    name = marker.lastgroup or ""
    level = LEVELS[name] + (name == "deep" and marker[0].count(".") > 2)
    return Block(span, span[0] + marker.end(), text[marker.end() :], level, marker[0].strip())


def _heading(block: Block, after: Block | None) -> Heading | None:
    """A numbered short line, a line in capitals, or a few words that name a section."""
    text = block.text.rstrip(" .:")
    if len(text) > LONGEST_HEADING or block.text.endswith((";", ",", "/.")) or "\t" in text:
        return None
    if not text.isupper() and _run_in(block):
        return None
    role, whom = role_of(text), whom_of(text)
    if block.marker:
        colon = block.text.endswith(":")
        numbered = block.level <= LEVELS["letter"]
        deeper = after is not None and (after.level > block.level or not after.marker)
        named = (role or whom) and len(text) <= SHORT and numbered and deeper
        plain = numbered and deeper and (not block.text.endswith(".") or text.isupper())
        section = numbered and text.isupper() and role
        if not (colon or named or plain or section):
            return None
        return Heading(block.level, (block.start, block.start + len(text)), text, role, whom)
    if text.isupper() and len(text) > 3 and role:
        return Heading(LEVELS["roman"], (block.start, block.start + len(text)), text, role, whom)
    if (role or whom) and len(text) <= SHORT and not block.text.endswith(".") and after is not None:
        return Heading(UNNUMBERED_HEADING, (block.start, block.start + len(text)), text, role, whom)
    return None


def _run_in(block: Block) -> Heading | None:
    """A heading with its text on the same line: «Đối tượng: tập thể, cá nhân …»."""
    found = _RUN_IN.match(block.text)
    if found is None:
        return None
    text = found[0][:-1]
    role, whom = role_of(text), whom_of(text)
    if not (role or whom) or len(text) > SHORT:
        return None
    return Heading(block.level, (block.start, block.start + len(text)), text, role, whom)


def role_of(heading: str) -> str | None:
    """What a section with this heading is about: the role with the longest word it opens with."""
    return _longest(_BEFORE_ROLE.sub("", heading.strip(), count=1), _ROLES)


def whom_of(heading: str) -> str | None:
    """Whom a heading of criteria speaks of."""
    return _longest(heading.strip(), _WHOM) or _longest(_BEFORE_ROLE.sub("", heading.strip(), count=1), _WHOM)


def _longest(heading: str, named: list[tuple[str, tuple[re.Pattern[str], re.Pattern[str]]]]) -> str | None:
    """The name whose word opens the heading; where none does, as if accents were lost («TO CHUC», «Đôi tượng»)."""
    for at, text in enumerate((heading, bare(heading))):
        found = [(match.end(), name) for name, forms in named if (match := forms[at].match(text))]
        if found:
            return max(found, key=lambda each: each[0])[1]
    return None


def without_appendices(found: list[Block], closing: int) -> list[Block]:
    """Up to the first appendix behind the signature."""
    for i, block in enumerate(found):
        if block.start > closing and not block.marker and _APPENDIX.match(block.text):
            return found[:i]
    return found
