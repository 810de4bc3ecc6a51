"""Who may be presented, by which criteria, with which money, and what it counts for."""

from __future__ import annotations

import re

from services.plans.reading.layout import Block
from services.plans.reading.obligations.sentences import sentences
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import Criteria, Leaf, SubjectsValue

_COLLECTIVE = re.compile(r"(?<!\w)tập\s?thể", re.IGNORECASE)
_INDIVIDUAL = re.compile(r"(?<!\w)cá nhân", re.IGNORECASE)
_HOUSEHOLD = re.compile(r"(?:(?<!\w)(?:hộ|các|và|hoặc)|[,;:])\sgia đình(?!\svăn h|\scó công)(?!\w)", re.IGNORECASE)
_UNITS = re.compile(r"(?<!\w)(?:cơ quan|đơn vị|phòng|ban|chi đoàn|chi hội|tổ)(?!\w)", re.IGNORECASE)
_PEOPLE = re.compile(
    (
        r"(?<!\w)(?:cán bộ|công chức|đoàn viên|hội viên|người lao động|công nhân|đảng viên|học sinh|giáo viên"
        r"|chiến sĩ|thanh niên|nông dân|thầy thuốc|nhà giáo|sinh viên|phụ nữ|cựu chiến binh|doanh nhân|nhân dân)(?!\w)"
    ),
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"(?<!\w)(?:mọi|các)\s(?:công dân|người dân|người)(?!\w)", re.IGNORECASE)
_KIND_ITEM = re.compile(r"(?:các\s|về\s)?(tập thể|cá nhân|hộ gia đình|gia đình)\s?:", re.IGNORECASE)
_LISTS_BOTH = re.compile(r"(?:các\s)?tập thể(?!\w)[^\n]*(?<!\w)cá nhân(?!\w)", re.IGNORECASE)
_PAIR = re.compile(r"(?<!\w)tập thể[^.;\n]{0,60}cá nhân[^.;\n]{0,30}", re.IGNORECASE)
_HEAD_OF_UNIT = re.compile(
    (
        r"(?:riêng|đối với|với|trường hợp)?[^.]{0,30}(?:cá nhân là\s)?(?:thủ trưởng|người đứng đầu"
        r"|lãnh đạo(?!,?\scủa)|cấp trưởng)"
    ),
    re.IGNORECASE,
)
_NO_MEASURE = re.compile(r"(?:số lượng|chỉ tiêu|hồ sơ|quy trình|thời gian|thời hạn|lưu ý)(?!\w)", re.IGNORECASE)
_REFERS = re.compile(
    r"(?:thực hiện\s)?theo\s(?:đúng\s)?(?:quy định|hướng dẫn|kế hoạch|quyết định|thông tư|mục|điểm)", re.I
)
_INTRODUCES = re.compile(r":$")
_INLINE = re.compile(r"(?<!\w)(?:Tiêu chí|Tiêu chuẩn)\s[^.;\n]{0,80}(?:phải|là|gồm|bao gồm|cần)\s[^.;\n]{10,400}")
_FUNDING = re.compile(
    r"(?<!\w)(?:nguồn kinh phí|kinh phí)(?!\w)[^.;\n]{0,90}?"
    r"(?<!\w)(?:được|do|từ|trích|lấy|chi|sử dụng|cân đối|ngân sách)(?!\w)",
    re.IGNORECASE,
)
_DEALS_WITH = re.compile(
    r"(?:[-•+*]\s?)?(?:lập|bố trí|cân đối|tham mưu|hướng dẫn|bảo đảm|đảm bảo|sở tài chính|phòng)(?!\w)", re.IGNORECASE
)
_SCORING = re.compile(
    r"(?<!\w)(?:tiêu chí|căn cứ|cơ sở|nội dung|điều kiện)[^.;\n]{0,60}(?:xem xét|đánh giá|chấm điểm|bình xét"
    r"|xét)[^.;\n]{0,40}(?:khen thưởng|thi đua|xếp loại|phân loại)"
    r"|(?<!\w)(?:trừ|cộng|thưởng|được tính|chiếm)\s[^.;\n]{0,30}điểm",
    re.IGNORECASE,
)
_CONSIDERED = re.compile(r"^[-\s]*(?:Việc|Kết quả|Các đơn vị|Đơn vị|Những|Đây|Nội dung|Coi|Lấy|Cơ quan)", re.IGNORECASE)
_POINTS = re.compile(r"(?<!\w)(?:trừ|cộng|thưởng|tính|chiếm)\s(?:thêm\s)?\d[\d.,/]{0,6}\sđiểm", re.IGNORECASE)


def subjects(page: Page, blocks: list[Block]) -> Leaf[SubjectsValue] | None:
    """From the section on whom it is for; without one, from the first sentence that pairs «tập thể» and «cá nhân»."""
    own = [block for block in blocks if block.role == "subjects" and not block.is_heading]
    own = own or [block for block in blocks if _lists_subjects(block)][:1]
    if own:
        span = (own[0].whole[0], own[-1].end)
        value = _named(page.text[slice(*span)], wide=True)
        if value:
            return page.leaf(value, span, confidence=0.93, rule="subjects-section")
    listed = _side_by_side(blocks)
    if listed:
        span = (listed[0].start, listed[-1].end)
        kinds = {item[1].casefold() for block in listed if (item := _KIND_ITEM.match(block.text))}
        value = SubjectsValue(
            collective="tập thể" in kinds, individual="cá nhân" in kinds, household=any("gia đình" in k for k in kinds)
        )
        return page.leaf(value, span, confidence=0.88, rule="subjects-listed")
    by_criteria = _whom_measured(blocks)
    if by_criteria:
        spans = [block.trail[-1].span for block in by_criteria]
        told = {block.whom for block in by_criteria}
        value = SubjectsValue(collective=True, individual=True, household="household" in told)
        return page.leaf(value, (spans[0][0], spans[-1][1]), confidence=0.88, rule="subjects-by-criteria")
    for role in ("criteria", None):
        for block in blocks:
            if (role is None or block.role == role) and not block.is_heading:
                pair = _PAIR.search(block.text)
                if pair:
                    value = _named(pair[0], wide=False)
                    span = (block.start + pair.start(), block.start + pair.end())
                    return page.leaf(value, span, confidence=0.9, rule="subjects-in-sentence") if value else None
    return None


def _side_by_side(blocks: list[Block]) -> list[Block]:
    """«• Tập thể: …» and «• Cá nhân: …» below each other, outside the criteria."""
    found: list[Block] = []
    for block in blocks:
        if block.role != "criteria" and block.marker and _KIND_ITEM.match(block.text):
            found.append(block)
        elif len(found) > 1:
            break
        else:
            found = []
    return found if len(found) > 1 else []


def _whom_measured(blocks: list[Block]) -> list[Block]:
    """Where there are criteria for collectives and for individuals: the paragraphs that hold them."""
    own = [block for block in blocks if block.role == "criteria" and block.whom not in {None, "general"}]
    told = {block.whom for block in own if not block.is_heading}
    return [block for block in own if not block.is_heading] if {"collective", "individual"} <= told else []


def _lists_subjects(block: Block) -> bool:
    """In «Đối tượng, tiêu chí»: «Tập thể: bệnh viện, khoa. Cá nhân: thầy thuốc …» says who, not by what measure."""
    titles = " ".join(heading.text for heading in block.trail).casefold()
    said = block.role == "criteria" and not block.is_heading and "đối tượng" in titles
    return said and _LISTS_BOTH.match(block.text) is not None


def _named(text: str, *, wide: bool) -> SubjectsValue | None:
    collective, individual = bool(_COLLECTIVE.search(text)), bool(_INDIVIDUAL.search(text))
    household = bool(_HOUSEHOLD.search(" , " + text))
    if wide and not (collective or individual):
        collective, individual = bool(_UNITS.search(text)), bool(_PEOPLE.search(text))
    individual = individual or (wide and (bool(_ANYBODY.search(text)) or _people_by_themselves(text)))
    if not (collective or individual or household):
        return None
    return SubjectsValue(collective=collective, individual=individual, household=household)


def _people_by_themselves(text: str) -> bool:
    """«Đoàn viên, thanh niên; các tập thể chi đoàn»: people named apart from the collectives."""
    parts = re.split(r"[;.\n]", text)
    return any(_PEOPLE.search(part) and not (_COLLECTIVE.search(part) or _HOUSEHOLD.search(part)) for part in parts)


def criteria(page: Page, blocks: list[Block]) -> Criteria:
    """The paragraphs below headings of criteria, by whom the heading speaks of."""
    found = Criteria()
    for block in blocks:
        if block.is_heading or block.role != "criteria" or _INTRODUCES.search(block.text) or _lists_subjects(block):
            continue
        if _REFERS.match(_own_text(block)) or _NO_MEASURE.match(block.text):
            continue
        whom = block.whom or "general"
        rule = f"criteria-{whom}"
        if _HEAD_OF_UNIT.match(block.text):
            whom, rule = "head_of_unit", "criteria-head-of-unit"
        getattr(found, whom).append(_sentence(page, block, rule))
    if not any((found.general, found.collective, found.individual, found.household)):
        found.general.extend(_inline(page, blocks))
    return found


def _sentence(page: Page, block: Block, rule: str) -> Leaf[str]:
    span = page.trimmed(block.end - len(_own_text(block)), block.end)
    return page.leaf(page.shown(*span), span, confidence=0.9, rule=rule)


def _own_text(block: Block) -> str:
    """Of «Tiêu chí: …» on one line, what follows the colon."""
    own = block.trail[-1] if block.trail else None
    if own and (own.role == "criteria" or own.whom) and own.span[0] == block.start:
        return block.text[own.span[1] + 1 - block.start :].lstrip()
    return block.text


def _inline(page: Page, blocks: list[Block]) -> list[Leaf[str]]:
    found = []
    for block in blocks:
        match = _INLINE.search(block.text)
        if match and not block.is_heading:
            span = page.trimmed(block.start + match.start(), block.start + match.end())
            found.append(page.leaf(page.shown(*span), span, confidence=0.8, rule="criteria-in-sentence"))
    return found


def funding(page: Page, blocks: list[Block]) -> Leaf[str] | None:
    """The section on money; without one, a sentence on where the money comes from."""
    own = _section(blocks, "funding")
    if own:
        start = own[0].end - len(_behind_heading(own[0]))
        span: Span = page.trimmed(start, own[-1].end)
        return page.leaf(page.shown(*span), span, confidence=0.93, rule="funding-section")
    for block in blocks:
        match = None if block.is_heading or block.role == "purpose" else _FUNDING.search(block.text)
        if match and not _DEALS_WITH.match(block.text):
            at = block.start + match.start()
            span = next(each for each in sentences(page.text, block.start, block.end) if at < each[1])
            span = page.trimmed(*span)
            return page.leaf(page.shown(*span), span, confidence=0.85, rule="funding-sentence")
    return None


def _section(blocks: list[Block], role: str) -> list[Block]:
    """The first run of paragraphs of a section; one that says what it counts for is of no section on money."""
    found: list[Block] = []
    for block in blocks:
        if block.role == role and not block.is_heading and (role == "scoring" or not _counts(block)):
            found.append(block)
        elif found:
            break
    return found


def _behind_heading(block: Block) -> str:
    """Of «Kinh phí: …» on one line, what follows the colon."""
    heading = block.trail[-1]
    return block.text[heading.span[1] + 1 - block.start :].lstrip() if heading.span[0] == block.start else block.text


def _counts(block: Block) -> bool:
    match = _SCORING.search(block.text)
    return match is not None and bool(_CONSIDERED.match(block.text) or _POINTS.search(block.text))


def scoring(page: Page, blocks: list[Block]) -> Leaf[str] | None:
    """The section on points, or the sentence that makes it count when emulation is judged."""
    own = [block for block in _section(blocks, "scoring") if _SCORING.search(block.text) or _POINTS.search(block.text)]
    for block in [] if own else blocks:
        if not block.is_heading and block.role not in {"purpose", "criteria", "subjects"} and _counts(block):
            own = [block]
            break
    if not own:
        return None
    span = page.trimmed(own[0].end - len(_behind_heading(own[0])) if own[0].trail else own[0].start, own[-1].end)
    rule = "scoring-section" if own[0].role == "scoring" else "scoring-sentence"
    return page.leaf(page.shown(*span), span, confidence=0.85, rule=rule)
