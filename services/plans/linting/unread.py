"""What the reading may have missed: where the words for it stand in the text, nothing is called missing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from services.plans.reading.layout import Block, blocks, role_of, whom_of
from services.plans.reading.page import page
from services.plans.reading.reading import BY_HAND, ObligationLeaf, Reading

REACH = 60  # paragraphs: the head of a longer item is out of sight, and looking further would not be linear
_DAY = re.compile(
    r"(?:trước|chậm\snhất|muộn\snhất|muộn\shơn|đến\shết|hạn|trong\svòng|cuối|kết\sthúc|hết|sau)\s[^.;]{0,25}?"
    r"(?:ngày|tháng|quý|tuần|năm|đợt|kỳ|\d)|(?:tại|trong)\s(?:các\s)?(?:cuộc|buổi|kỳ|hội\snghị|giao\sban|lễ)\s",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?<!\w)(?:các|mỗi|từng|toàn\sthể)\s"
    r"(?!(?:tuần|tháng|quý|năm|kỳ|đợt|sáu|gương|điển\shình|mô\shình|cá\snhân)(?!\w)|\d)[^.;]{2,90}?\s"
    r"(?:lựa\schọn|chọn|giới\sthiệu|đề\sxuất|gửi|báo\scáo|bình|lập|tổng\shợp|có\strách\snhiệm)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?:trước|chậm\snhất|muộn\snhất)\s(?:là\s)?(?:ngày|tháng|thứ)\s|(?:ít\snhất|tối\sthiểu|từ)\s\d", re.IGNORECASE
)


def sentence(leaf: ObligationLeaf) -> str:
    """Where to look for what no rule read: nowhere once a person has said what it means."""
    return "" if leaf.rule == BY_HAND else leaf.quote


def given(leaf: ObligationLeaf, field: str) -> bool:
    """Whether a person gave this field, so that no words of the text say it."""
    return leaf.rule == BY_HAND and field not in leaf.fields


def names_day(sentence: str) -> bool:
    """A day, an interval or an occasion stands in it."""
    return _DAY.search(sentence) is not None


def names_body(sentence: str) -> bool:
    """Somebody who may be its bearer stands in it."""
    return _BODY.search(sentence) is not None


def names_measure(sentence: str) -> bool:
    """A number or day stands in it."""
    return _MEASURE.search(sentence) is not None


def below_bodies(reading: Reading) -> frozenset[int]:
    """Of the obligations without bearer, the places of those below an item that is no section («1. Các vụ, cục»)."""
    implied = [place for place, leaf in enumerate(reading.obligations) if leaf.quote and not leaf.value.actor]
    if not implied:
        return frozenset()
    whole = page(reading.text)
    everything = blocks(whole)
    starts = [whole.at[block.whole[0]] for block in everything]
    own = {place: bisect_right(starts, reading.obligations[place].start) - 1 for place in implied}
    return frozenset(
        place for place, at in own.items() if not all(_is_section(item) for item in _items_above(everything, at))
    )


def _items_above(everything: list[Block], at: int) -> Iterator[Block]:
    """The nearest paragraph of each higher level, innermost first."""
    level = everything[at].level
    for block in reversed(everything[max(0, at - REACH) : max(0, at)]):
        if block.marker and block.level < level:
            level = block.level
            yield block


def _is_section(item: Block) -> bool:
    return role_of(item.text) is not None or whom_of(item.text) is not None
