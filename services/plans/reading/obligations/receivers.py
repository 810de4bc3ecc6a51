"""To whom («gửi về …»), through whom («qua …»), and what the receiver does next («để tổng hợp, trình …»)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.plans.reading import bodies, channels
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import ThenValue

_SENDS = (
    r"(?:gửi|báo cáo|giới thiệu|đề xuất|nộp|chuyển|đề cử|đăng ký|cung cấp|phản ánh|trình|đề nghị|danh sách"
    r"|thành tích|kết quả|hồ sơ|bài|kế hoạch|lập|phản ánh|trao đổi|chọn|bình chọn)"
)
_TOWARDS = re.compile(
    (
        r"(?<!\w)(?P<way>về cho|gửi về|gửi cho|gửi đến|gửi tới|gửi lên|gửi|về|cho|với|lên|tới|đến|trình|báo cáo"
        r"|báo cáo với|nộp|nộp về|nộp cho)\s(?=\S)"
    ),
    re.IGNORECASE,
)
_SENDS_BEFORE = re.compile(rf"(?<!\w){_SENDS}(?!\w)", re.IGNORECASE)
_TOGETHER = re.compile(
    (
        r"(?:phối hợp|cùng|đối|so|gắn|kết hợp|tham mưu|hướng dẫn|giúp|khen thưởng|theo dõi|chỉ đạo|giao"
        r"|phân công)[^.;,]{0,30}$"
    ),
    re.IGNORECASE,
)
_NEXT = re.compile(
    (
        r"(?<!\w)(?:để|nhằm|làm cơ sở(?:\sđể)?)\s(?:kịp thời\s|làm cơ sở\s|có căn cứ\s|có cơ sở\s)?(?=(?:tổng hợp"
        r"|lựa chọn|giới thiệu|thẩm định|xem xét|trình|báo cáo|biên tập|xét|tham mưu|đề nghị|chọn|đăng|tập hợp"
        r"|theo dõi|thực hiện việc|gửi|bình chọn|phối hợp|đề xuất|rà soát|khen thưởng|xây dựng|tuyên truyền))"
    ),
    re.IGNORECASE,
)
_VIA_BRACKETS = re.compile(
    (
        r"\(\s?(?:gửi\s)?(?:thông\s)?qua:?\s(?P<who>[^()]{3,150}(?:\([^()]{1,40}\)[^()]{0,40})?)\)|\((?:đầu mối"
        r"|cơ quan thường trực|bộ phận thường trực|thường trực)\s?(?:là|:)\s?(?P<who2>[^()]{3,120})\)"
    ),
    re.IGNORECASE,
)
_VIA = re.compile(r"(?:,|-)?\s?(?<!\w)(?:gửi\s)?(?:thông\s)?qua\s(?:đầu mối\s(?:là\s)?)?(?=\S)", re.IGNORECASE)
_MEANS = re.compile(
    r"(?:đường|email|thư|hộp thư|hệ thống|phần mềm|địa chỉ|mạng|cổng|trang|zalo|điện thoại"
    r"|bưu điện|công tác|việc|các\s(?:kênh|hình thức|đợt))(?!\w)",
    re.IGNORECASE,
)
_ACTION_OVER = re.compile(r"(?<!\w)(?:về|cho|với|lên|tới|đến|trên|trong|tại)\s$", re.IGNORECASE)
_NOT_RECEIVERS = frozenset(
    {
        "tổ chức",
        "báo",
        "bộ",
        "ban",
        "hội",
        "ngành",
        "tập thể",
        "cấp",
        "đài",
        "trung tâm",
        "cán bộ",
        "thành viên",
        "trưởng",
        "doanh nghiệp",
        "cơ sở",
        "xã",
        "đồng chí",
        "lãnh đạo",
        "đoàn viên",
        "hội viên",
        "nhà",
        "bảo hiểm",
        "trường",
        "đoàn",
        "tổ",
        "khối",
        "lực lượng",
    }
)


@dataclass(frozen=True, slots=True)
class Receivers:
    """What was read of the way a duty's result takes."""

    to: list[Span]
    via: Span | None
    then: tuple[ThenValue, Span] | None


def receivers(page: Page, start: int, end: int) -> Receivers:
    """Of one sentence. What stands behind «để …» is what the receiver does."""
    text = page.text
    to = _to(text, start, end)
    first = to[0][1] if to else start
    purpose = _NEXT.search(text, first, end) if to else None
    while purpose and any(a <= purpose.start() < b for a, b in to):
        purpose = _NEXT.search(text, purpose.end(), end)
    to = [span for span in to if purpose is None or span[0] < purpose.start()] or to[:1]
    return Receivers(to, _via(text, start, end, to=to), _then(page, purpose, end) if purpose else None)


def _to(text: str, start: int, end: int) -> list[Span]:
    found: list[Span] = []
    stop = end
    purpose = _NEXT.search(text, start, end)
    for way in _TOWARDS.finditer(text, start, end):
        if any(a <= way.start() < b for a, b in found) or way.start() >= stop or not _receiver_begins(text, way):
            continue
        if purpose and found and way.start() > purpose.start():
            break
        if not _is_sending(text, start, way):
            continue
        for span in bodies.names_from(text, way.end(), end):
            clean = bodies.trimmed(text, span)
            if clean[1] >= clean[0] + 2 and text[slice(*clean)] not in {text[slice(*s)] for s in found}:
                found.append(clean)
    return found


def _receiver_begins(text: str, way: re.Match[str]) -> bool:
    at = way.end()
    if not bodies.begins(text, at):
        return False
    first = text[at : at + 14].casefold()
    bare = next(
        (word for word in _NOT_RECEIVERS if first.startswith(word) and not first[len(word) : len(word) + 1].isalpha()),
        None,
    )
    return bare is None or text[at].isupper() or first.startswith(("bộ phận", "khối trưởng", "trưởng ban"))


def _is_sending(text: str, start: int, way: re.Match[str]) -> bool:
    """«về», «với», «cho» need a verb of sending before them and none of working together."""
    word = way["way"].casefold()
    before = text[max(start, way.start() - 260) : way.start()]
    if word.startswith(("gửi", "báo cáo", "nộp", "trình")):
        return not re.search(r"(?:chế độ|nội dung|trong|các|bản)\s$", before)
    together = _TOGETHER.search(before[-45:])
    if together and not _SENDS_BEFORE.search(together[0], together[0].find(" ")):
        return False
    return bool(_SENDS_BEFORE.search(before))


def _via(text: str, start: int, end: int, *, to: list[Span]) -> Span | None:
    brackets = _VIA_BRACKETS.search(text, start, end)
    if brackets:
        name = "who" if brackets["who"] else "who2"
        if bodies.begins(text, brackets.start(name)) or not _MEANS.match(text, brackets.start(name)):
            a, b = brackets.span(name)
            cut = re.search(
                r"[,;]\s?(?:địa chỉ|email|thư điện tử|hộp thư|điện thoại|số|trước|đồng thời)|\s(?:trước|để|tổng hợp)\s",
                text[a:b],
                re.IGNORECASE,
            )
            return bodies.trimmed(text, (a, a + cut.start() if cut else b))
    for span in to:
        through = _VIA.match(text, span[1] + (text[span[1] : span[1] + 1] == " "), end)
        if through and bodies.begins(text, through.end(), named=True):
            return bodies.trimmed(text, bodies.names_from(text, through.end(), end)[0])
    return None


def _then(page: Page, purpose: re.Match[str], end: int) -> tuple[ThenValue, Span] | None:
    """«để tổng hợp, lựa chọn, giới thiệu X tuyên truyền trên Y, Z»."""
    text, start = page.text, purpose.end()
    stop = re.compile(r"[;.](?:\s|$|/)").search(text, start, end)
    end = stop.start() if stop else end
    to = next((span for span in _named_bodies(text, start, end)), None)
    known = channels.in_text(text, to[1] if to else start, end)
    action_end = to[0] if to else min([span[0] for span, _ in known], default=end)
    action = _ACTION_OVER.sub("", text[start:action_end].rstrip() + " ").strip(" ,.;/")
    if to is None and (len(action) > 60 or not action):
        action_end = start + len(re.match(r"[^,]{0,60}", text[start:action_end])[0])  # type: ignore[index]
        action = text[start:action_end].strip(" ,.;/")
    shown = page.shown(start, start + len(action)) if action else ""
    if not shown:
        return None
    value = ThenValue(
        action=shown, to=page.shown(*to) if to else None, publish_on=[page.shown(*span) for span, _ in known]
    )
    last = max([start + len(action), to[1] if to else 0, *(span[1] for span, _ in known)])
    return value, (purpose.start(), last)


def _named_bodies(text: str, start: int, end: int) -> list[Span]:
    for at in range(start, end):
        if (at == start or text[at - 1] in " (") and text[at].isupper() and bodies.begins(text, at, named=True):
            return [bodies.trimmed(text, span) for span in bodies.names_from(text, at, end)[:1]]
    return []
