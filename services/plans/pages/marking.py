"""The document's text with every quote marked: overlapping quotes become segments, and not a character is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape


class Quote(NamedTuple):
    """Where a leaf was read."""

    key: str
    start: int
    end: int


class Segment(NamedTuple):
    """A piece of the text under the same quotes: `keys` from the widest to the narrowest, `begins` start here."""

    start: int
    end: int
    keys: tuple[str, ...]
    begins: tuple[str, ...]


def dom_id(key: str) -> str:
    """A leaf's key as part of an element's id."""
    return key.replace("/", "-")


def segments(length: int, quotes: Sequence[Quote]) -> Iterator[Segment]:
    """The whole text from 0 to `length`, in order, without gaps; empty quotes mark nothing."""
    starting: dict[int, list[Quote]] = defaultdict(list)
    ending: dict[int, list[Quote]] = defaultdict(list)
    for quote in quotes:
        if quote.start < quote.end:
            starting[quote.start].append(quote)
            ending[quote.end].append(quote)
    places = sorted({0, length, *starting, *ending})
    open_ones: dict[str, Quote] = {}
    for start, end in pairwise(places):
        for quote in ending[start]:
            del open_ones[quote.key]
        open_ones |= {quote.key: quote for quote in starting[start]}
        wide_first = sorted(open_ones.values(), key=lambda quote: quote.start - quote.end)
        keys = tuple(quote.key for quote in wide_first)
        begins = tuple(quote.key for quote in wide_first if quote.start == start)
        yield Segment(start, end, keys, begins)


def marked(text: str, quotes: Sequence[Quote], standings: Mapping[str, str]) -> Markup:
    """As HTML: a segment links to its narrowest leaf, and carries the ids of those that begin in it."""
    return Markup("").join(_piece(text[each.start : each.end], each, standings) for each in segments(len(text), quotes))


def _piece(words: str, segment: Segment, standings: Mapping[str, str]) -> Markup:
    if not segment.keys:
        return escape(words)
    narrowest = segment.keys[-1]
    ids = Markup("").join(Markup('<span id="q-{}"></span>').format(dom_id(key)) for key in segment.begins)
    return Markup(
        '<mark data-leaves="{keys}" data-leaf="{leaf}" data-standing="{standing}">{ids}'
        '<a href="#leaf-{leaf_id}" tabindex="-1">{words}</a></mark>'
    ).format(
        keys=" ".join(segment.keys),
        leaf=narrowest,
        leaf_id=dom_id(narrowest),
        standing=standings.get(narrowest, "proposed"),
        ids=ids,
        words=words,
    )
