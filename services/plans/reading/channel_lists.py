"""Channels that are listed: the items below «Hình thức tuyên truyền», or behind «Các kênh: …» on one line."""

from __future__ import annotations

import re
from collections.abc import Callable

from services.plans.reading.layout import Block
from services.plans.reading.lexicon import any_of, words
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import ChannelKind

Known = Callable[[str, int, int], list[tuple[Span, ChannelKind]]]
Channel = tuple[Span, ChannelKind, float]

_LISTED: dict[ChannelKind, list[str]] = words("channels")["listed"]
_OPENS = [(kind, re.compile(rf"(?:{any_of(opens)})(?!\w)", re.IGNORECASE)) for kind, opens in _LISTED.items()]
_ABOUT = re.compile(r"(?<!\w)(?:hình thức|hinh thuc|kênh|phương tiện|phương thức|cách làm)(?!\w)", re.IGNORECASE)
_INTRODUCES = re.compile(r"(?:hình thức|hinh thuc|kênh|phương tiện|phương thức)[^:;.]{0,60}:\s?", re.IGNORECASE)
_BY = re.compile(
    r"(?:[-•+*]\s?)?(?:(?:đăng tải|đăng|phát|phát sóng|đưa tin|tuyên truyền(?!\smiệng)|kể chuyện|nêu gương"
    r"|giới thiệu|in|thông qua|qua|bằng|trên|tại|trong|viết bài)(?!\w)\s?(?:tin, bài\s|tin\s|bài\s)?"
    r"(?:trên\s|tại\s|trong\s|qua\s)?(?:các\s)?)?",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"phát thanh\s", re.IGNORECASE)
_TAIL = re.compile(
    r"\s(?:mỗi|hằng|hàng|vào|lúc|định kỳ|bằng tiếng|với nội dung|theo)(?!\w).*$|\s?\([^)]*\)?\s*$", re.IGNORECASE
)
_ASKS = re.compile(
    r"(?<!\w)(?:lựa chọn|báo cáo|phối hợp|xây dựng|nâng cao|đẩy mạnh|phát hiện|bồi dưỡng|nhân rộng|thực hiện|gửi"
    r"|kịp thời|thường xuyên|tổ chức|chú trọng|đăng tải|ngoài|tuyên truyền (?:trên|qua|bằng)"
    r"|phong trào|cuộc vận động)(?!\w)",
    re.IGNORECASE,
)
_WORDS, _LETTERS = 14, 100


def listed(page: Page, blocks: list[Block], known: Known) -> dict[int, list[Channel]]:
    """By where its paragraph starts. A list is believed where at least half of its items name a known channel."""
    found: dict[int, list[Channel]] = {}
    for group in _groups(blocks):
        items = [(block, item) for block, span in group for item in _items(page.text, span)]
        channels = [(block, _channels(page.text, item, known)) for block, item in items]
        told = sum(any(kind for _, kind, _ in each) for _, each in channels)
        if told * 2 < len(channels):
            continue
        for block, each in channels:
            found.setdefault(block.start, []).extend((span, kind or "other", sure) for span, kind, sure in each)
    return found


def _groups(blocks: list[Block]) -> list[list[tuple[Block, Span]]]:
    """Neighbouring paragraphs of one list, each with the place of its items."""
    found: list[list[tuple[Block, Span]]] = []
    opened: Block | None = None
    for block in blocks:
        inline = None if block.is_heading else _INTRODUCES.search(block.text)
        if inline and inline.end() < len(block.text):
            found.append([(block, (block.start + inline.end(), block.end))])
            opened = block
        elif inline:
            found.append([])
            opened = block
        elif block.is_heading:
            about = _ABOUT.search(block.text) if block.role != "criteria" else None
            found += [[]] if about else []
            opened = block if about else None
        elif opened is not None and (block.trail[-1:] == opened.trail[-1:] or _below(opened, block)) and found:
            found[-1].append((block, (block.start, block.end)))
        else:
            opened = None
    return [group for group in found if group]


def _below(opened: Block, block: Block) -> bool:
    return bool(block.trail) and (block.trail[-1].span[0] == opened.start or block.level > opened.level)


def _items(text: str, span: Span) -> list[Span]:
    """At semicolons; without any, at commas before a new name."""
    cuts = [match.span() for match in re.compile(r";\s?").finditer(text, *span)]
    if not cuts and text.count(",", *span) > 1 and re.match(r"[^.]{0,260}\.?$", text[slice(*span)]):
        cuts = [m.span() for m in re.compile(r",\s(?=\w)").finditer(text, *span) if _begins(text, m.end(), span[0])]
    edges = [span[0], *(at for cut in cuts for at in cut), span[1]]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if text[a:b].strip(" .;,")]


def _begins(text: str, at: int, start: int) -> bool:
    """Whether a new name begins here; «hội nghị, tọa đàm, giao lưu» are one."""
    if text[at].isupper() or any(opens.match(text, at) for kind, opens in _OPENS if kind != "event"):
        return True
    before = max(start, text.rfind(",", start, at - 2) + 2)
    led = _BY.match(text, before)
    return _is_event(text, at) and not _is_event(text, led.end() if led else before)


def _is_event(text: str, at: int) -> bool:
    return any(opens.match(text, at) for kind, opens in _OPENS if kind == "event")


def _channels(text: str, item: Span, known: Known) -> list[tuple[Span, ChannelKind | None, float]]:
    """The whole item where it is one name; of a longer one, the channels named in it."""
    start, end = item
    opening = None if _SPOKEN.match(text, start, end) else _BY.match(text, start, end)
    start = opening.end() if opening else start
    tail = _TAIL.search(text, start, end)
    end = tail.start() if tail and tail.start() > start + 3 else end
    while end > start and text[end - 1] in " .;,":
        end -= 1
    named = known(text, item[0], end)
    whole = text[start:end]
    several = len(named) > 1 and (len(named) > 2 or len({kind for _, kind in named}) > 1 or " và " in whole)
    if not whole or several or _ASKS.search(whole) or len(whole) > _LETTERS or len(whole.split()) > _WORDS:
        return [(span, kind, 0.85) for span, kind in known(text, *item)]
    if named and named[0][1] == "event" and "," in whole:
        return [(span, kind, 0.85) for span, kind in named]
    kind = named[0][1] if named else next((kind for kind, opens in _OPENS if opens.match(whole)), None)
    if kind is None and len(whole.split()) < 3:
        return []
    if kind == "word_of_mouth" and " tại " in whole:
        end = start + whole.index(" tại ")
    return [((start, end), kind, 0.9 if named else 0.8 if kind else 0.7)]
