"""How many: «từ 01 điển hình trở lên», «ít nhất một», «từ 02 đến 03 gương», «không quá 02 tập thể»."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.plans.reading.dates import NUMBER, number
from services.plans.reading.page import Span

_THING = (
    r"(?:(?:gương|tấm gương|điển hình|mô hình|nhân tố|tập thể|cá nhân|hộ|hộ gia đình|gia đình|đại biểu|hồ sơ"
    r"|tin|bài|bài viết|phóng sự|chuyên mục|chuyên trang|chuyên đề|clip|video|tác phẩm|lượt|trường hợp|cách làm"
    r"|sáng kiến|công trình|số|kỳ|hội nghị|buổi|cuộc|chương trình|câu chuyện|người|đơn vị|tập|nhóm|ấn phẩm"
    r"|phim|nhà giáo|giáo viên|học sinh|sinh viên|đoàn viên|hội viên|công nhân|chiến sĩ|cán bộ|việc làm tốt|việc tốt"
    r"|chị|lớp|trang|đầu sách|sản phẩm|thôn|chi bộ|dòng họ|lao động)(?!\w))"
)
# behind «ít nhất», «không quá» anything may be counted but time, shares, money and paper
_ANYTHING = (
    r"(?!(?:ngày|tháng|năm|quý|tuần|lần|phút|giờ|điểm|đồng|triệu|tỷ|tờ|dòng|từ|chữ|phần|đợt|mặt|khóa|nhiệm kỳ"
    r"|kỳ liền|nguyện vọng)(?!\w))[^\W\d_]"
)


def _n(name: str) -> str:
    return rf"(?P<{name}>{NUMBER})(?:\s?\([\wÀ-ỹ\s]{{1,12}}\))?"


_AT_LEAST = re.compile(
    (
        rf"(?<!\w)(?:ít nhất|tối thiểu|không dưới|từ)\s(?:là\s|phải có\s"
        rf"|có\s)?{_n('a')}\s(?:[\wÀ-ỹ]{{1,8}}\s)?(?={_THING})"
    ),
    re.IGNORECASE,
)
_BOUND = re.compile(
    rf"(?<!\w)(?:ít nhất|tối thiểu|không dưới)\s(?:là\s|phải có\s|có\s)?{_n('a')}\s(?={_ANYTHING})", re.IGNORECASE
)
_RANGE = re.compile(
    rf"(?<!\w)(?:từ\s|khoảng\s)?{_n('a')}\s?(?:đến|-|tới)\s?{_n('b')}\s(?:[\wÀ-ỹ]{{1,8}}\s)?(?={_THING})", re.IGNORECASE
)
_AT_MOST = re.compile(
    rf"(?<!\w)(?:không quá|tối đa|nhiều nhất)\s(?:là\s)?{_n('a')}\s(?!trang(?!\w))(?:[\wÀ-ỹ]{{1,8}}\s)?(?={_THING})",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    rf"(?<!\w)(?:không quá|tối đa|nhiều nhất)\s(?:là\s)?{_n('a')}\s(?!trang(?!\w))(?={_ANYTHING})", re.IGNORECASE
)
_AND_MORE = re.compile(rf"(?<!\w){_n('a')}\s(?={_THING})[^.;(]{{2,60}}?\strở lên", re.IGNORECASE)
_EXACT = re.compile(
    (
        rf"(?<!\w)(?:giới thiệu|lựa chọn|chọn|đề xuất|đề cử|bình chọn|bình xét|suy tôn|gửi|viết|đăng|đăng tải|có"
        rf"|phát hiện|xây dựng|cử|phát sóng|biểu dương|nhân rộng|mở|tổ chức|xét chọn"
        rf"|sản xuất|thực hiện|phát|đưa|xuất bản|in|đề nghị|biên tập|tuyển chọn"
        rf"|(?:mỗi|hằng|hàng)\s(?:tuần|tháng|quý|năm))\s(?:được\s"
        rf"|về\s)?(?:[\wÀ-ỹ]{{1,8}}\s)?{_n('a')}\s(?={_THING})"
    ),
    re.IGNORECASE,
)
_AND = re.compile(
    rf"(?:{_THING})[^.;,/\d]{{0,40}}?(?:\svà|,)\s(?:ít nhất\s|tối thiểu\s)?{_n('a')}\s(?={_THING})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """The least and the most asked for, and where each stands."""

    minimum: int | None
    maximum: int | None
    span: Span


def quantity(text: str, start: int, end: int) -> Quantity | None:
    """The first number of things asked for between two places; «01 tập thể và 02 cá nhân» are three."""
    both = _RANGE.search(text, start, end)
    if both:
        low, high = number(both["a"]), number(both["b"])
        if low is not None and high is not None and 0 < low < high:
            return Quantity(low, high, both.span())
    most = _AT_MOST.search(text, start, end) or _outside_brackets(_NO_MORE, text, span=(start, end))
    least = next((m for p in (_AT_LEAST, _AND_MORE, _EXACT) if (m := p.search(text, start, end))), None)
    least = least or _outside_brackets(_BOUND, text, span=(start, end))
    if least is not None and most is not None and least.start() == most.start():
        least = None
    if least is None:
        return _most_of_all(text, most, end) if most and number(most["a"]) else None
    if not number(least["a"]):
        return None
    low, last = _with_further(text, least, end)
    return Quantity(low, number(most["a"]) if most else None, (least.start(), last))


def _most_of_all(text: str, most: re.Match[str], end: int) -> Quantity:
    """«không quá 03 giáo viên và 05 học sinh» are eight at most."""
    high, last = _with_further(text, most, end)
    return Quantity(None, high, (most.start(), last))


def _with_further(text: str, first: re.Match[str], end: int) -> tuple[int, int]:
    more = _AND.match(text, first.end(), end)
    return (number(first["a"]) or 0) + (number(more["a"]) or 0 if more else 0), more.end() if more else first.end()


def _outside_brackets(pattern: re.Pattern[str], text: str, span: Span) -> re.Match[str] | None:
    """What is counted in brackets is a condition («không quá hai trang»), not what is asked for."""
    for match in pattern.finditer(text, *span):
        if text.count("(", span[0], match.start()) == text.count(")", span[0], match.start()):
            return match
    return None
