"""Who must do it: the body that opens the sentence, the one a duty is laid on, or the one the section is headed by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.plans.reading import bodies
from services.plans.reading.layout import Block, Heading
from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Page, Span

_WORDS = words("duties")
_VERB = re.compile(rf"(?<!\w)(?:{any_of(_WORDS['verbs'])})(?!\w)", re.IGNORECASE)
_NAME_WORD = re.compile(rf"(?:{any_of(_WORDS['not_verbs_behind'])})\s$")
_NAME_VERB = re.compile(r"(?:tổ chức|tuyên truyền|kiểm tra|hướng dẫn|quản lý|thông tin|theo dõi)", re.IGNORECASE)
_LAID_ON = re.compile(rf"(?<!\w)(?:{any_of(_WORDS['lays_on'])})\s(?=\S)", re.IGNORECASE)
_OPENING = re.compile(rf"(?:[-•+*]\s?)?(?!theo dõi)(?:{any_of(_WORDS['openings'])})(?!\w)", re.IGNORECASE)
_RUN_IN = re.compile(r"[^:.;,\n]{3,90}:\s(?=\S)")
_BY_WHOM = re.compile(
    r"(?<!\w)do\s[^.;\n]{2,90}?(?:phát động|ban hành|tổ chức|triển khai|chủ trì|giao|phân công)(?!\w)", re.IGNORECASE
)
_OF_BODY_MUST = re.compile(
    r"\scủa\s(?P<who>[^.;,()]{4,90}?(?:,[^.;,()]{3,40}?)?)\s(?:phải|được thể hiện|cần)\s", re.IGNORECASE
)
_HEADING = re.compile(
    r"(?:(?:trách nhiệm|nhiệm vụ|phân công)\s(?:của\s)?|đối với\s|giao\s|đề nghị\s)?(?P<who>\S.*)$", re.IGNORECASE
)
_ASSIGNED = re.compile(r"(?P<who>[A-ZĐÀ-Ỹ][^:.;,\n]{2,60}?)\s?:\s(?=\S)")
_NO_BEARER = re.compile(
    r"(?:thời|địa điểm|hình thức|nội dung|thành phần|số lượng|đối tượng|đợt|quý|bước|giai đoạn|yêu cầu|mục|tiêu|kết quả"
    r"|tháng|năm|ngày|phương|lưu ý|ghi chú|chế độ|báo cáo|công tác|tổ chức|về|tuyên truyền|phát hiện|khen thưởng"
    r"|kinh phí)(?!\w)",
    re.IGNORECASE,
)
_SITUATION = re.compile(
    r"(?:căn cứ|trên cơ sở|theo|tùy|từ)\s[^.;:]{0,200}?(?:tình hình|điều kiện|đặc điểm|thực tế)"
    r"(?:\s(?:thực tế|cụ thể|công tác|nhiệm vụ))?\s(?:của\s|tại\s|mà\s)?"
    r"(?=(?:mỗi|từng|các|cơ quan|đơn vị|địa phương)\s)",
    re.IGNORECASE,
)
_ASSIGNS = re.compile(rf"(?:[-•+*]\s?)?(?:{any_of(_WORDS['assigns'])})\s", re.IGNORECASE)
_ASKS_AWARD = re.compile(r"(?<!\w)(?:khen|tặng|biểu dương|tôn vinh)(?!\w)", re.IGNORECASE)
_PURPOSE = re.compile(r"(?<!\w)(?:để|nhằm)\s(?=\w)", re.IGNORECASE)
_EVERY = re.compile(r"(?:[-•+*]\s?)?(?:định kỳ\s)?(?:hằng|hàng|mỗi)\s(?:tuần|tháng|quý|năm)\s", re.IGNORECASE)
_FOR_THESE = re.compile(r"(?:[-•+*]\s?)?(?:riêng|đối với|riêng đối với)\s(?:đối với\s)?", re.IGNORECASE)
_TAIL = re.compile(r"\s(?:theo|căn cứ|trên cơ sở)\s.*$|\s(?:được|không|sẽ|đã|còn|cũng|cùng|phải|cần)$")
_CHOSEN = re.compile(r"(?:cơ quan|đơn vị|địa phương|thành viên|cá nhân|cán bộ)\sđược\s$", re.IGNORECASE)
_NAMES_WITH_VERBS = any_of(_WORDS["names_with_verbs"])
LONGEST, FAR = 200, 340


def actor(page: Page, start: int, end: int) -> Span | None:
    """The body named as bearing the duty of this sentence; none where it is only implied."""
    text = page.text
    opening = _name(text, start, end) if bodies.begins(text, start) else _assigned(text, start, end)
    if opening and not _passes_on(text, opening[1] + 1, end):
        return opening
    named = [
        span
        for at in _starts(text, start, end)
        if at != start and bodies.begins(text, at) and (span := _name(text, at, end))
        if not _passes_on(text, span[1] + 1, end) and not _in_a_list(text, span)
    ]
    laid = _laid_on(text, start, end)
    first = min([*named, *([laid] if laid else [])], default=None)
    return first or _by_situation(text, start, end) or _of_body(text, start, end)


def assigned_by(page: Page, start: int, end: int) -> Span | None:
    """Who deals out the turns: «Khối trưởng phân công các thành viên …» is Khối trưởng's to do."""
    return _name(page.text, start, end) if bodies.begins(page.text, start) else None


def only_assigns(page: Page, start: int) -> bool:
    """«Phân công cán bộ …», «Chỉ đạo các đơn vị …»: the body that heads the section does it."""
    return _ASSIGNS.match(page.text, start) is not None


def _passes_on(text: str, at: int, end: int) -> bool:
    """«UBND huyện yêu cầu các đơn vị …» lays it on the units; directing them, or asking for awards, does not."""
    laid = _LAID_ON.match(text, at)
    if laid is None or laid[0].strip().casefold() == "chỉ đạo":
        return False
    return bodies.begins(text, laid.end()) and not _ASKS_AWARD.search(text, laid.end(), end)


def _in_a_list(text: str, span: Span) -> bool:
    """«… của địa phương, ngành, đơn vị, tham mưu …»: no bearer, but the end of a list."""
    return text[span[1] : span[1] + 1] == "," and not bodies.begins(text, span[0], named=True)


def _laid_on(text: str, start: int, end: int) -> Span | None:
    purpose = _PURPOSE.search(text, start, end)
    stop = min(end, start + 2 * FAR, purpose.start() if purpose else end)
    for laid in _LAID_ON.finditer(text, start, stop):
        if bodies.begins(text, laid.end()):
            span = _name(text, laid.end(), end)
            if span and not _ASKS_AWARD.match(text, span[1] + 1):
                return span
    return None


def _by_situation(text: str, start: int, end: int) -> Span | None:
    """«Căn cứ tình hình thực tế của đơn vị xây dựng kế hoạch …»: whose situation it is, acts."""
    situation = _SITUATION.match(text, start, min(end, start + FAR))
    if situation is None or not bodies.begins(text, situation.end()):
        return None
    span = _name(text, situation.end(), end)
    return span if span and not re.search(r"\s(?:để|nhằm)\s|,", text[slice(*span)]) else None


def _of_body(text: str, start: int, end: int) -> Span | None:
    must = _OF_BODY_MUST.search(text, start, min(end, start + FAR))
    if must and bodies.begins(text, must.start("who")):
        return bodies.trimmed(text, must.span("who"))
    return None


def _assigned(text: str, start: int, end: int) -> Span | None:
    """«Tổng phụ trách Đội: tuyên truyền …»: whoever stands before a colon and a verb."""
    found = _ASSIGNED.match(text, start, end)
    if found is None or _NO_BEARER.match(found["who"]) or not _VERB.match(text, found.end()):
        return None
    return found.span("who")


def _starts(text: str, start: int, end: int) -> list[int]:
    """The sentence's beginning, and behind each comma where it opens with «trên cơ sở …», «hằng quý, …»."""
    run_in = _RUN_IN.match(text, start, end)
    found = [start, *([run_in.end()] if run_in else [])]
    found += [led.end() for pattern in (_EVERY, _FOR_THESE) if (led := pattern.match(text, start, end))]
    if not (_OPENING.match(text, start, end)):
        return found
    by_others = [match.span() for match in _BY_WHOM.finditer(text, start, min(end, start + 3 * FAR))]
    for comma in re.finditer(r"[,:]\s", text[start : min(end, start + 2 * FAR)]):
        at = start + comma.end()
        if not any(a <= at < b for a, b in by_others):
            found.append(at)
    return found


def _name(text: str, at: int, end: int) -> Span | None:
    """From the body's first word to the verb of its duty, which must come soon."""
    for verb in _verbs(text, at, min(end, at + LONGEST)):
        before = text[at : verb.start()]
        if re.search(r"[.;:\n]|\s(?:là|của)\s?$|\($", before) or before.count("(") != before.count(")"):
            return _colon(text, at, verb.start())
        if before.strip().casefold().endswith(("và", "hoặc", "của", "cho")):
            return None
        span = _bare_of_tail(text, bodies.trimmed(text, (at, verb.start())))
        return span if span[1] - span[0] >= 2 else None
    return _colon(text, at, min(end, at + LONGEST))


def _verbs(text: str, at: int, end: int) -> Iterator[re.Match[str]]:
    """Those that are no part of the name; in «mỗi tổ chức giới thiệu» the verb is «giới thiệu»."""
    verb = _VERB.search(text, at + 2, end)
    while verb:
        within = _in_name(text, at, verb)
        if not within:
            yield verb
        noun = within and verb[0].casefold().startswith("tổ chức ")
        verb = _VERB.search(text, verb.start() + len("tổ chức") if noun else verb.end(), end)


def _bare_of_tail(text: str, span: Span) -> Span:
    """«Mỗi đơn vị được», «Đơn vị không»: the last word belongs to the verb."""
    tail = _TAIL.search(text[slice(*span)])
    return bodies.trimmed(text, (span[0], span[0] + tail.start())) if tail else span


def _in_name(text: str, at: int, verb: re.Match[str]) -> bool:
    before = text[at : verb.start()]
    if before.strip().casefold() in {"mỗi", "các", "từng", "những"}:  # «mỗi tổ chức»
        return True
    if _CHOSEN.fullmatch(before) and _VERB.match(text, verb.end() + 1):  # «Cơ quan được phân công gửi …»
        return True
    if any(
        n.start() <= verb.start() < n.end() for n in re.compile(_NAMES_WITH_VERBS).finditer(text, at, verb.end() + 20)
    ):
        return True
    return bool(_NAME_WORD.search(before) and _NAME_VERB.match(verb[0])) or _within_name(
        before, verb[0], text[verb.end() : verb.end() + 12]
    )


def _within_name(before: str, verb: str, behind: str) -> bool:
    """«Hội đồng Thi đua - Khen thưởng», «Phòng Tổ chức - Hành chính», «đơn vị thực hiện nhiệm vụ»: no verb of duty."""
    if verb[:1].isupper() and (before.rstrip()[-1:] not in ",:" or re.match(r"\svà\s[A-ZĐÀ-Ỹ]", behind)):
        return True
    if verb.casefold() in {"khen thưởng", "tôn vinh"} and re.search(r"thi đua\s?[,-]?\s?$", before, re.IGNORECASE):
        return True
    if verb.casefold() == "thông tin" and behind.startswith((",", " và truyền", " điện")):
        return True
    return verb.casefold() in {"in", "quản lý", "tự"} and behind[:1] in ",;"


def _colon(text: str, at: int, end: int) -> Span | None:
    """«Phòng Nội vụ: …»."""
    colon = text.find(":", at, end)
    if colon < 0 or colon - at > 140 or re.search(r"[.;]", text[at:colon]):
        return None
    return bodies.trimmed(text, (at, colon))


def heading_actor(page: Page, block: Block) -> Span | None:
    """The body that heads the section: «4. Phòng Nội vụ», «Đối với các đơn vị:», «Trách nhiệm của Sở Nội vụ»."""
    for heading in reversed(block.trail):
        span = _in_heading(page, heading)
        if span:
            return span
        if heading.role and heading.role not in {"implementation", "reporting"}:
            return None
    return None


def _in_heading(page: Page, heading: Heading) -> Span | None:
    found = _HEADING.match(heading.text)
    if found is None:
        return None
    at, end = heading.span[0] + found.start("who"), heading.span[1]
    if not bodies.begins(page.text, at) or heading.text.isupper():
        return None
    verb = next(_verbs(page.text, at, end), None)
    bracket = page.text.find(" (", at, end)
    end = min(place for place in (bracket if bracket > 0 else end, verb.start() if verb else end))
    span = bodies.trimmed(page.text, (at, end))
    return span if 2 < span[1] - span[0] <= LONGEST else None
