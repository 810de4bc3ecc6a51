"""The marked text is the text: whatever the quotes, not a character is lost, added or moved."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from services.plans.pages.marking import Quote, marked, segments

LETTERS = st.text(alphabet="aạ<&\"'\n «Đ", max_size=60)
PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


class Text(HTMLParser):
    """The characters of a page, those under a leaf's marks, and the ids in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all = ""
        self.under: dict[str, str] = {}
        self.ids: list[str] = []
        self._keys: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enters a mark."""
        said = dict(attrs)
        self.ids += [said["id"] or ""] if "id" in said else []
        if tag == "mark":
            self._keys = (said["data-leaves"] or "").split()

    def handle_endtag(self, tag: str) -> None:
        """Leaves it."""
        self._keys = [] if tag == "mark" else self._keys

    def handle_data(self, data: str) -> None:
        """Notes words."""
        self.all += data
        for key in self._keys:
            self.under[key] = self.under.get(key, "") + data


def quotes_in(text: str, places: list[tuple[int, int]]) -> list[Quote]:
    """Any stretches of the text, overlapping, nested, empty."""
    spans = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in places]
    return [Quote(f"cited/{n}", start, end) for n, (start, end) in enumerate(spans)]


@given(LETTERS, PLACES)
def test_the_text_stays_and_each_quote_stands_under_its_own_marks(text: str, places: list[tuple[int, int]]) -> None:
    quotes = quotes_in(text, places)

    read = Text(str(marked(text, quotes, {})))

    stating = {quote.key: text[quote.start : quote.end] for quote in quotes if quote.start < quote.end}
    assert read.all == text
    assert read.under == stating
    assert sorted(read.ids) == sorted(f"q-{key.replace('/', '-')}" for key in stating)


def test_words_under_two_quotes_belong_to_the_narrower() -> None:
    found = list(segments(10, [Quote("title", 0, 8), Quote("period", 5, 10), Quote("place", 6, 7)]))

    assert [(each.start, each.end, each.keys) for each in found] == [
        (0, 5, ("title",)),
        (5, 6, ("title", "period")),
        (6, 7, ("title", "period", "place")),
        (7, 8, ("title", "period")),
        (8, 10, ("period",)),
    ]
    assert [each.begins for each in found] == [("title",), ("period",), ("place",), (), ()]
