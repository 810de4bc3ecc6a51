"""Search words: document codes stay whole, and no text takes long."""

from __future__ import annotations

import time

import pytest

from services.publicity.queries.words import search_query, search_text, without_short_beginnings


def test_a_code_is_found_as_one_word() -> None:
    assert "141khldld" in search_text(["Kế hoạch số 141/KH-LĐLĐ"]).split()
    assert search_query("141/KH-LĐLĐ") == "141khldld:*"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("nguoi t", "nguoi & t"), ("an", "an"), ("nguoi giu", "nguoi & giu:*"), ("5 141/KH", "5 & 141kh:*")],
)
def test_the_index_is_not_asked_for_beginnings_that_half_of_all_words_have(typed: str, asked: str) -> None:
    query = search_query(typed)

    assert query is not None
    assert without_short_beginnings(query) == asked


@pytest.mark.parametrize("text", ["1" * 50_000, "1." * 25_000, "1a-" * 16_000, "1/" + "a" * 49_000])
def test_a_body_of_digits_is_searched_at_once(text: str) -> None:
    started = time.perf_counter()

    search_text([text])

    assert time.perf_counter() - started < 2  # the first took a minute
