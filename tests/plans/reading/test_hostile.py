"""Whatever the text, a reading ends soon, its quotes stand where it says, and what the text lacks stays null."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.plans.reading import read_plan, read_text
from services.plans.reading.reading import Reading, Words
from services.plans.terms import PlanPeriod
from shared.errors import AppError
from tests.plans.reading import documents

PIECES = [
    *documents.TEXT.split("\n"),
    *(
        "Quý I: ",
        "Đợt 1: Từ tháng 01/2020 đến 30/6/2020",
        "trước ngày 99/99/2020",
        "trước ngày 31 hằng tháng",
        "“",
        '"',
        "(qua ",
    ),
    *(
        "TM. ",
        "KT. CHỦ TỊCH",
        "Nơi nhận:",
        "- Lưu: VT",
        "Số:     /KH-UBND",
        "ngày    tháng 13 năm 2020",
        "\t",
        "    ",
        "\u00a0",
        "…",
    ),
    *(
        "giai đoạn 2030 - 2020",
        "năm 2020",
        "ít nhất 00 điển hình",
        "từ 05 đến 02 gương",
        "I.",
        "a)",
        "1.1.",
        "***",
        "| a | b |",
    ),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=40), max_size=40).map("\n".join)


def words_of(reading: Reading) -> list[Words]:
    """Every leaf, and every field of an obligation."""
    found: list[Words] = []
    stack: list[object] = [reading]
    while stack:
        node = stack.pop()
        if isinstance(node, Words):
            found.append(node)
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            stack += node.values()
        elif isinstance(node, BaseModel):
            stack += [getattr(node, name) for name in type(node).model_fields]
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_text_is_read_with_quotes_that_stand_where_it_says(text: str) -> None:
    reading = read_text(text)

    assert [w for w in words_of(reading) if reading.text[w.start : w.end] != w.quote or not w.quote] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_a_plan_that_was_damaged_is_read_or_refused(chance: random.Random) -> None:
    letters = list(documents.TEXT)
    for _ in range(chance.randrange(1, 60)):
        at = chance.randrange(len(letters))
        letters[at] = chance.choice(["", letters[at] * 2, " ", "\n", ".", "ấ", "\u0301", "7", '"', "("])
    damaged = "".join(letters)

    try:
        reading = read_plan(damaged)
    except AppError:
        return

    assert [w for w in words_of(reading) if reading.text[w.start : w.end] != w.quote] == []
    if reading.period:
        PlanPeriod.model_validate(reading.period.value.model_dump())


HARD = {
    "one-sentence": "các đơn vị, ",
    "numbers": "01 ",
    "quotes": "phong trào “a b c d ",
    "brackets": "(qua Ban ",
    "spaces": "   \t ",
    "dates": "trước ngày 1/1 ",
    "commas": ",,,,;;;;",
    "capitals": "SỞ NỘI VỤ ",
    "headings": "1. Mục đích của kế hoạch\n",
    "same-words": "báo cáo báo cáo ",
    "lists": "- các đơn vị báo cáo\n+ mục b\n",
    "of": " của và các về ",
    "numbers-of-documents": "Kế hoạch số 1-",
    "symbols": "Kế hoạch số 12/KH-UBND ngày 1/1/2020 của UBND ",
    "waves": "Đợt 1 ",
    "quarters": "Quý I: A; ",
}


@pytest.mark.parametrize("name", HARD)
def test_twice_the_text_takes_about_twice_the_time(name: str) -> None:
    """Quadratic time would be four times as long; measured in processor time, from a size where it shows."""
    piece = HARD[name]

    short, long = (_best_time("KẾ HOẠCH\nI. MỤC\n" + piece * (size // len(piece))) for size in (6_000, 12_000))

    assert long < 3 * short + 0.1


def _best_time(text: str) -> float:
    best = 1e9
    for _ in range(2):
        started = time.process_time()
        read_text(text)
        best = min(best, time.process_time() - started)
    return best


def test_what_the_text_does_not_state_is_null() -> None:
    reading = read_text("KẾ HOẠCH\nTuyên truyền gương điển hình\n\nI. MỤC ĐÍCH\nBiểu dương kịp thời.\n")

    given_leaves = reading.model_dump(exclude={"text", "document_type", "title", "criteria"})
    assert {name: value for name, value in given_leaves.items() if value not in (None, [])} == {}


def test_the_text_of_a_reading_is_composed_and_otherwise_as_it_stands() -> None:
    apart = unicodedata.normalize("NFD", documents.TEXT).replace("\n", "\r\n")

    assert read_text(apart).text == documents.TEXT
