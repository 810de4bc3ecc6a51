"""Web pages: the article without menus, sidebars and footers."""

from __future__ import annotations

import re

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from services.plans.reading.problems import NoText, TooLong

MOST_BYTES = 8 * 1024 * 1024
MOST_OPEN = 4_000  # elements inside one another; a page has a few dozen
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_EMPTY = frozenset(b"br hr img input meta link area base col embed source track wbr p li td tr th option".split())
_PLAN = re.compile(r"kế hoạch", re.IGNORECASE)
_LINES = re.compile(r"\n{3,}")


def html_text(data: bytes) -> str:
    """The main text; where the extractor left out the foot of the plan, the whole page. Raises NoText, TooLong."""
    if len(data) > MOST_BYTES or _depth(data) > MOST_OPEN:
        raise TooLong
    page = bytes_to_str(data, detect_encoding(data) or "utf-8")
    article = _plain(page, main=True)
    whole = article
    if len(article) < 400 or not _PLAN.search(article) or "nơi nhận" not in article.casefold():
        whole = _plain(page, main=False)
    better = "nơi nhận" in whole.casefold() and "nơi nhận" not in article.casefold()
    text = whole if better or len(article) < 400 or (_PLAN.search(whole) and not _PLAN.search(article)) else article
    if not text.strip():
        raise NoText
    return _LINES.sub("\n\n", text)


def _plain(page: str, *, main: bool) -> str:
    return str(
        extract_plain_text(
            page,
            preserve_formatting=True,
            main_content=main,
            list_bullets=True,
            alt_texts=False,
            links=False,
            form_fields=False,
        )
    )


def _depth(data: bytes) -> int:
    """How deep elements stand in one another, without building the tree."""
    deepest = depth = 0
    for tag in _TAG.finditer(data):
        if tag[2].lower() in _EMPTY:
            continue
        depth = max(0, depth + (-1 if tag[1] else 1))
        deepest = max(deepest, depth)
    return deepest
