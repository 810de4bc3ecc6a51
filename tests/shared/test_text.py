"""Text: what is accepted, and that search finds words typed without marks."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.text import Line, Paragraphs, fold, slug

LINE = TypeAdapter(Line)
PARAGRAPHS = TypeAdapter(Paragraphs)


def faults(adapter: TypeAdapter[str], value: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    return [error["type"] for error in caught.value.errors()]


def test_folding_drops_marks_and_crosses() -> None:
    assert fold("  Điển  HÌNH\ttiên tiến ") == "dien hinh tien tien"


@given(st.text())
def test_folding_is_the_same_for_both_forms_of_unicode_and_settles_at_once(text: str) -> None:
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)

    assert fold(composed) == fold(apart)
    assert fold(fold(text)) == fold(text)


def test_a_slug_is_folded_words_joined_by_hyphens() -> None:
    assert slug("Đặc khu Côn Đảo (mới)") == "dac-khu-con-dao-moi"


def test_a_line_is_composed_and_trimmed() -> None:
    assert LINE.validate_python("  " + unicodedata.normalize("NFD", "Gương sáng") + " ") == "Gương sáng"


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "a\x85b", "abc\u202edcba", "\ufeffa", "a\u200fb"])
def test_control_characters_and_marks_of_direction_are_refused(value: str) -> None:
    assert faults(LINE, value) == ["control_characters"]
    assert faults(PARAGRAPHS, value) == ["control_characters"]


@pytest.mark.parametrize("value", ["a\nb", "a\r\nb", "a\u2028b"])
def test_a_line_holds_no_line_end(value: str) -> None:
    assert faults(LINE, value) == ["not_one_line"]


@pytest.mark.parametrize("value", [" ", "\n\t ", "\u3000", "\u200b", "\u2060\u00ad", "\u200d \u0301"], ids=ascii)
def test_only_space_and_what_cannot_be_seen_is_no_text(value: str) -> None:
    assert faults(LINE, value) == ["blank"]
    assert faults(PARAGRAPHS, value) == ["blank"]


def test_over_long_text_is_refused_before_it_is_cleaned() -> None:
    assert faults(LINE, "a" * 1001) == ["string_too_long"]
    assert faults(LINE, " " * 1001) == ["string_too_long"]
    assert faults(PARAGRAPHS, "a" * 50_001) == ["string_too_long"]


def test_paragraphs_keep_their_line_ends_in_one_form() -> None:
    assert PARAGRAPHS.validate_python(" một\r\nhai\n\nba\n") == "một\nhai\n\nba"


@pytest.mark.parametrize("heap", ["a" + "\u0301" * 5, "a" + "\u0327\u0301" * 24_000], ids=["small", "large"])
def test_heaped_marks_are_refused_before_composing_them_takes_seconds(heap: str) -> None:
    started = time.perf_counter()

    assert faults(PARAGRAPHS, heap) == ["heaped_marks"]
    assert time.perf_counter() - started < 1  # the large one took ten


def test_every_vietnamese_letter_may_come_apart() -> None:
    letters = "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ"

    assert LINE.validate_python(unicodedata.normalize("NFD", letters)) == letters


def test_folding_leaves_out_what_cannot_be_seen() -> None:
    assert fold("đi\u200bển\u00ad hình\u2060") == "dien hinh"
