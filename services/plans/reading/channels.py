"""Channels: the portals, papers, stations, events and words of mouth by which exemplars are made known."""

from __future__ import annotations

import re
from itertools import takewhile

from services.plans.reading import bodies, channel_lists
from services.plans.reading.layout import Block
from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import ChannelKind, ChannelValue, Leaf

_NAMES: dict[ChannelKind, list[str]] = words("channels")["names"]
_PROPER: dict[ChannelKind, list[str]] = words("channels")["proper"]
_BY_WORD: dict[str, ChannelKind] = {name.casefold(): kind for kind, names in _NAMES.items() for name in names}
_HEADS = re.compile(
    rf"(?<!\w)(?:(?P<many>các|hệ thống)\s)?(?P<head>(?i:{any_of(list(_BY_WORD))}))(?!\w)"
    rf"|(?<!\w)(?P<proper>{any_of([name for names in _PROPER.values() for name in names])})(?=\s[A-ZĐÀ-Ỹ])"
)
_OWNER = re.compile(
    r"\s(?:của\s|cấp\s|huyện|tỉnh|xã|phường|thành phố|quận|ngành|địa phương|cơ quan|đơn vị|trường|công ty|nội bộ"
    r"|thi đua|trên địa bàn|trong hệ thống|cơ sở|Trung ương"
    r"|các\s(?=(?:xã|thôn|phường|huyện|khu phố|ấp|bản|tổ dân phố|chi hội|trường))"
    r"|(?=[A-ZĐÀ-Ỹ]))"
)
_OVER = re.compile(
    r"[.;:()\"\n\t]|,(?!\s?(?:thể thao|thi đua|khen thưởng|truyền hình|truyền thanh|đơn vị|văn nghệ"
    r"|thị trấn|phường|cấp xã)\b)"
    r"|\s(?:để|về|nhằm|và|hoặc|theo|với|cùng|phổ biến|định kỳ|giới thiệu|trước|đăng|tuyên truyền|bằng|trên|khi"
    r"|tại|mở|phát|tạo|gắn|trong đó|các|gương|những|mà|có|được|hằng|hàng|phản ánh|tăng|thường xuyên)(?=\s)"
)
_MAKES_KNOWN = re.compile(
    (
        r"(?<!\w)(?:tuyên truyền|đăng|phát sóng|đưa tin|giới thiệu|truyền thông|qua|trên|hình thức|tổ chức|mở|viết"
        r"|tin,? bài|nêu gương|phổ biến)(?!\w)"
    ),
    re.IGNORECASE,
)
_EVENT_GOES_ON = re.compile(
    (
        r"(?:,\s|\svà\s|\s)?(?:giao lưu|trao đổi kinh nghiệm|trao đổi|tọa đàm|học tập kinh nghiệm|gặp gỡ|văn nghệ"
        r"|thể thao|văn hóa|thể dục|biểu dương điển hình tiên tiến|tôn vinh|gặp mặt|hội thảo|học tập|sơ kết"
        r"|tổng kết)(?!\w)"
    ),
    re.IGNORECASE,
)
_IN_A_NAME = re.compile(r"\w[,-]?\s(?:và\s)?Báo chí$|^Báo chí\s-")
_VERB = re.compile(rf"(?<![Tt]hi đua,)\s(?:{any_of(words('duties')['verbs'])})(?!\w)")
# «mở chuyên mục», «tổ chức hội nghị» name a task, no channel; whoever is worked with is a partner
_TASK = re.compile(r"chuyên mục|chuyên trang", re.IGNORECASE)
_BARE = re.compile(r"hội nghị|hội thi|hội thảo|cuộc thi|gặp mặt", re.IGNORECASE)
_WORKS_WITH = re.compile(r"(?:phối hợp\s(?:chặt chẽ\s)?(?:với|cùng)|của|được)\s(?:các\s)?$", re.IGNORECASE)
MANY = 100  # no plan names more
_NOT_MAKING_KNOWN = frozenset({"purpose", "criteria", "subjects", "funding", "scoring"})
_EVENT_BY = re.compile(
    r"(?:hình thức|thông qua|qua|bằng|trong các|tại các|tại|như|:)(?:\s[\wÀ-ỹ,]{1,12}){0,5}\s?$", re.IGNORECASE
)
_EVENT_HELD = re.compile(r"(?:tổ chức|mở)(?:\s(?!tham dự)[\wÀ-ỹ,]{1,12}){0,4}\s?$", re.IGNORECASE)


def channels(page: Page, blocks: list[Block], foot: int, *, opening: int) -> list[Leaf[ChannelValue]]:
    """In order of first mention; what only praises, or says who may be presented, names no channel."""
    found: dict[str, Leaf[ChannelValue]] = {}
    lists = channel_lists.listed(page, blocks, in_text)
    for block in blocks:
        if not opening <= block.start < foot or _NOT_MAKING_KNOWN & {block.role} or block.is_heading:
            continue
        if block.start not in lists and not _MAKES_KNOWN.search(block.text):
            continue
        for span, kind, sure in _of_block(page, block, lists):
            name = page.shown(*span)
            if any(f" {_key(name)} " in f" {known} " for known in list(found)[:MANY]):  # said again, in fewer words
                continue
            found.setdefault(
                _key(name), page.leaf(ChannelValue(kind=kind, name=name), span, confidence=sure, rule=f"channel-{kind}")
            )
    return list(found.values())


def _of_block(
    page: Page, block: Block, lists: dict[int, list[tuple[Span, ChannelKind, float]]]
) -> list[tuple[Span, ChannelKind, float]]:
    if block.start in lists:
        return lists[block.start]
    known = frozenset({"forms", "implementation"})
    return [
        (span, kind, 0.9 if block.role in known and kind not in {"event", "other"} else 0.75)
        for span, kind in in_text(page.text, block.start, block.end)
        if not _TASK.fullmatch(page.text[slice(*span)])
        and not (block.role != "forms" and _BARE.fullmatch(page.text[slice(*span)]))
        and not _WORKS_WITH.search(page.text[max(block.start, span[0] - 30) : span[0]])
    ]


def in_text(text: str, start: int, end: int) -> list[tuple[Span, ChannelKind]]:
    """The channels named between two places."""
    found: list[tuple[Span, ChannelKind]] = []
    for head in _HEADS.finditer(text, start, end):
        if (found and head.start() < found[-1][0][1]) or _IN_A_NAME.search(
            text[max(start, head.start() - 12) : head.end()]
        ):
            continue
        if text[head.end() : head.end() + 1] == ":":  # «Khẩu hiệu: …» is a label
            continue
        kind = _kind(head)
        if kind == "event":
            before = text[max(start, head.start() - 45) : head.start()]
            if not _EVENT_BY.search(before) and not (_EVENT_HELD.search(before) and head[0].casefold() != "giao lưu"):
                continue
            span = (head.start(), _event_end(text, head.end(), end))
        else:
            span = (head.start(), _end(text, head, end))
        found.append((span, kind))
    return found


def _kind(head: re.Match[str]) -> ChannelKind:
    if head["proper"]:
        return next(kind for kind, names in _PROPER.items() if " ".join(head["proper"].split()) in names)
    return _BY_WORD[" ".join(head["head"].casefold().split())]


def _end(text: str, head: re.Match[str], end: int) -> int:
    """With its owner: «của LĐLĐ tỉnh», or its proper name: «Báo Cao Bằng»."""
    at = head.end()
    owner = _OWNER.match(text, at, end)
    if owner is None:
        return at
    if owner[0].strip() == "của":
        listed = bodies.names_from(text, owner.end(), end)
        own = list(takewhile(lambda span: not _HEADS.match(text, span[0]), listed))
        if own:
            return bodies.trimmed(text, own[-1])[1]
    far = min(end, at + 90)
    over = [found.start() for pattern in (_OVER, _VERB) if (found := pattern.search(text, owner.end(), far))]
    return min(over, default=far)


def _event_end(text: str, at: int, end: int) -> int:
    """«tọa đàm, giao lưu, trao đổi, học tập kinh nghiệm» is one."""
    for _ in range(6):
        more = _EVENT_GOES_ON.match(text, at, end)
        if more is None:
            break
        at = more.end()
    return at


def _key(name: str) -> str:
    return re.sub(r"^các\s|[^\wÀ-ỹ]+", " ", name.casefold()).strip()
