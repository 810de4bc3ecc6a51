"""Obligations: the sentences by which a named or implied body must do something, each with what it asks for."""

from __future__ import annotations

import re

from services.plans.reading.layout import Block
from services.plans.reading.obligations.actors import actor, assigned_by, heading_actor, only_assigns
from services.plans.reading.obligations.cadences import cadence
from services.plans.reading.obligations.deadlines import deadline
from services.plans.reading.obligations.duty import Duty, Said
from services.plans.reading.obligations.joining import by_quarter, folded, with_shared_deadlines
from services.plans.reading.obligations.kinds import EXECUTES, KindRule, kind_of
from services.plans.reading.obligations.quantities import quantity
from services.plans.reading.obligations.receivers import receivers
from services.plans.reading.obligations.sentences import clauses, sentences
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import ObligationLeaf, ObligationValue
from services.plans.reading.turns import is_turn
from services.plans.terms import Cadence, Kind

_DUTY = frozenset({"implementation", "reporting", "rotation", "scoring"})
_NONE_HERE = frozenset({"subjects", "funding"})
_HOW_MANY = re.compile(r"(?:số lượng|chỉ tiêu)(?!\w)[^:]{0,40}:\s", re.IGNORECASE)
_IS_RUN_IN = re.compile(r"[^,]{3,80}:$")
# «… không gửi thì trừ 05 điểm»: what it counts for, nothing anybody has to do
_COUNTS_FOR = re.compile(
    r"(?:được\s(?:tính|cộng)|bị trừ|trừ|cộng|tính)\s(?:thêm\s)?\d{1,3}(?:[.,]\d)?\sđiểm", re.IGNORECASE
)
_CLOSES = re.compile(r"Trên đây là\b")
_CLOSING_DUTY = re.compile(r"(?:[,;.]\s?)(?=(?:[^,;.]{0,60}\s)?(?:đề nghị|yêu cầu)\s)", re.IGNORECASE)
_STATES = re.compile(
    r"(?:(?:Trên |Có )?\d{1,3}\s?%|Nội dung|Việc|Mục đích|Kết quả|Hình thức|Phong trào thi đua)\s", re.IGNORECASE
)
_ACTS = re.compile(
    (
        r"(?:[-•+*]\s?)?(?:(?:nghiêm túc|tiếp tục|chủ động|kịp thời|thường xuyên|định kỳ|tích cực|đồng thời"
        r"|ngoài ra|hằng|hàng|mỗi|trên cơ sở|căn cứ|sau|thông qua|tập trung|trong quá trình)\s|(?:tổ chức|xây dựng"
        r"|ban hành|tuyên truyền|theo dõi|phối hợp|chủ trì|tham mưu|hướng dẫn|đôn đốc|kiểm tra|tổng hợp|báo cáo|gửi"
        r"|giới thiệu|lựa chọn|phát hiện|đề xuất|triển khai|thực hiện|đăng|viết|mở|phát|đẩy mạnh|tăng cường"
        r"|quán triệt|cụ thể hóa|gắn|chỉ đạo|biểu dương|khen thưởng|đề nghị|yêu cầu|giao|bình xét|chấm|đánh giá|làm"
        r"|vận động|lập|bố trí|cung cấp|nhân rộng|bồi dưỡng|chú trọng|quan tâm|phấn đấu|có trách nhiệm"
        r"|chịu trách nhiệm|rà soát|sơ kết|tổng kết|xét|sử dụng|lồng ghép|thẩm định|biên tập|nộp|phân công|duy trì"
        r"|cập nhật|thời gian|thời hạn|chế độ|đưa|phát huy|nêu|kết thúc|trước ngày|chậm nhất)(?!\w))"
    ),
    re.IGNORECASE,
)


_NOT_COUNTED = frozenset({Kind.ISSUE_CHILD_PLAN, Kind.WAVE_REVIEW, Kind.ROTATION, Kind.OTHER})
_SENDS_NOTHING = frozenset({Kind.EXECUTE, Kind.AWARD, Kind.ROTATION, Kind.ISSUE_CHILD_PLAN})


def obligations(
    page: Page, blocks: list[Block], *, opening: int, years: tuple[int | None, int | None]
) -> list[ObligationLeaf]:
    """In the order they stand; sentences of purpose and content are none."""
    found: list[tuple[Block, Duty]] = []
    for block, after in zip(blocks, [*blocks[1:], None], strict=False):
        if not _may_oblige(page, block, opening):
            continue
        duties = [duty for span in _spans(page, block) if (duty := _duty(page, block, span, years=years))]
        found += [(block, by_quarter(page, duty, after)) for duty in folded(page, duties)]
    return [_leaf(page, duty) for duty in with_shared_deadlines(page, found, years=years)]


def _may_oblige(page: Page, block: Block, opening: int) -> bool:
    if block.start < opening or is_turn(block.text) or block.is_heading:
        return block.is_heading and _assigns(block)
    if _HOW_MANY.match(block.text):
        return block.role not in _NONE_HERE
    if block.role == "criteria":  # «…, các đơn vị lựa chọn điển hình theo các tiêu chí sau:»
        return (
            block.text.endswith(":") and not _IS_RUN_IN.match(block.text) and bool(actor(page, block.start, block.end))
        )
    return block.role not in _NONE_HERE


def _assigns(block: Block) -> bool:
    return kind_of(block.text, set()).kind is Kind.ROTATION


def _spans(page: Page, block: Block) -> list[Span]:
    """The sentences of a paragraph; of «Trên đây là Kế hoạch …» only what it asks for."""
    found = sentences(page.text, block.start, block.end)
    if found and _CLOSES.match(block.text):
        asks = _CLOSING_DUTY.search(page.text, *found[0])
        found = [(asks.end(), found[0][1]), *found[1:]] if asks else found[1:]
    return [page.trimmed(*span) for span in found]


def _duty(page: Page, block: Block, span: Span, *, years: tuple[int | None, int | None]) -> Duty | None:
    text = page.text[slice(*span)]
    if _COUNTS_FOR.search(text):
        return None
    said = _said(page, span, years)
    named = actor(page, *span)
    rule = _rule(page, span, said.has(text), bearer=named)
    headed = _DUTY & set(block.roles) or block.role is None
    who = (assigned_by(page, *span) if rule.kind is Kind.ROTATION else None) or named
    heads = heading_actor(page, block) if headed and (who is None or only_assigns(page, span[0])) else None
    who = heads or who
    if not _binds(block, text, rule, has=said.has(text), named=who is not None):
        return None
    given: dict[str, object] = {"actor": page.shown(*who)} if who else {}
    spans = {"actor": who} if who else {}
    for read in (_how_many(said, rule), _by_when(said, span), _to_whom(page, said, rule)):
        for name, (value, place) in read.items():
            given[name], spans[name] = value, place
    value = ObligationValue(kind=rule.kind).model_copy(update=given)
    return Duty(span, rule, value, spans, said.when is None or said.when.sure)


def _said(page: Page, span: Span, years: tuple[int | None, int | None]) -> Said:
    return Said(
        quantity(page.text, *span),
        deadline(page.text, *span, years=years),
        cadence(page.text, *span),
        receivers(page, *span),
    )


def _how_many(said: Said, rule: KindRule) -> dict[str, tuple[object, Span]]:
    if said.how_many is None or rule.kind in _NOT_COUNTED:
        return {}
    counted = {"minimum": said.how_many.minimum, "maximum": said.how_many.maximum}
    return {name: (number, said.how_many.span) for name, number in counted.items() if number is not None}


def _by_when(said: Said, span: Span) -> dict[str, tuple[object, Span]]:
    found: dict[str, tuple[object, Span]] = {}
    when, often = said.when, said.often
    if when:
        found["deadline"] = (when.value, when.span)
    told = _cadence(often, when.cadence if when else None, dated=bool(when and when.value.date))
    if told is not None:
        found["cadence"] = (told, often[1] if often and told is often[0] else when.span if when else span)
    return found


def _to_whom(page: Page, said: Said, rule: KindRule) -> dict[str, tuple[object, Span]]:
    """Where only carrying out is asked for, a body after «về» is a receiver only if there is a day to keep."""
    way = said.way
    if not way.to or (rule.kind in _SENDS_NOTHING and said.when is None):
        return {}
    found: dict[str, tuple[object, Span]] = {"to": ([page.shown(*to) for to in way.to], (way.to[0][0], way.to[-1][1]))}
    if way.via:
        found["via"] = (page.shown(*way.via), way.via)
    if way.then:
        found["then"] = way.then
    return found


def _rule(page: Page, span: Span, has: set[str], *, bearer: Span | None) -> KindRule:
    """Of the whole sentence; where its first clause already makes known, and nothing is counted, of that clause."""
    ends = bearer[1] + 1 - span[0] if bearer and span[0] <= bearer[0] < span[1] else 0
    first = clauses(page.text, span)[0]
    opens = kind_of(page.text[slice(*first)], has - {"receiver"}, bearer_ends=ends)
    if opens.kind is Kind.PUBLISH and "number" not in has:
        return opens
    return kind_of(page.text[slice(*span)], has, bearer_ends=ends)


def _cadence(stated: tuple[Cadence, Span] | None, by_deadline: str | None, *, dated: bool) -> Cadence | None:
    """What the words say; else how often the deadline comes. A duty with one dated deadline is done once."""
    if dated:
        return Cadence.ONCE
    if stated and stated[0] in {Cadence.UNSPECIFIED, Cadence.CONTINUOUS, Cadence.YEARLY} and by_deadline:
        return Cadence(by_deadline)
    if stated:
        return stated[0]
    return Cadence(by_deadline) if by_deadline else None


def _binds(block: Block, text: str, rule: KindRule, *, has: set[str], named: bool) -> bool:
    """Whether the sentence obliges anybody: in a section of duties by its verb, elsewhere by what it asks for."""
    measured = (rule.kind is Kind.NOMINATE and "number" in has) or (
        rule.kind is Kind.REPORT and bool({"deadline", "receiver"} & has)
    )
    if _DUTY & set(block.roles) or _CLOSES.match(block.text) or not block.trail:
        if _STATES.match(text) and rule is EXECUTES and (not named or "%" in text[:12]):
            return False
        return measured or (named and rule is not EXECUTES) or bool(_ACTS.match(text)) or named
    if block.role == "purpose":
        return measured and named and bool(has & {"cadence", "deadline"} or "number" in has)
    if measured or (rule.kind in {Kind.PUBLISH, Kind.NOMINATE} and {"cadence", "receiver"} & has):
        return True
    return named and bool(_ACTS.search(text)) and "%" not in text[:12]


def _leaf(page: Page, duty: Duty) -> ObligationLeaf:
    confidence = duty.rule.confidence if duty.sure else min(duty.rule.confidence, 0.85)
    return ObligationLeaf(
        value=duty.value,
        confidence=confidence,
        rule=f"obligation-{duty.rule.name}",
        fields={name: page.words(*span) for name, span in duty.spans.items()},
        **page.words(*duty.span).model_dump(),
    )


__all__ = ["obligations"]
