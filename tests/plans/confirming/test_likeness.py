"""Two texts are compared by sketches of a few numbers: near enough to what comparing them whole would say."""

from __future__ import annotations

import random

from services.plans.confirming import ALIKE, likeness, sketch
from tests.plans.confirming.texts import AMENDMENT, PLAN

WORDS = [f"từ{number}" for number in range(400)]


def test_the_same_words_are_one_text_however_they_are_written() -> None:
    assert likeness(sketch(PLAN), sketch(PLAN.upper().replace(" ", "  "))) == 1


def test_an_amendment_is_another_text() -> None:
    assert likeness(sketch(PLAN), sketch(AMENDMENT)) < ALIKE


def test_a_sketch_says_about_what_the_whole_texts_say() -> None:
    rng = random.Random(7)
    one = rng.choices(WORDS, k=2000)
    other = [rng.choice(WORDS) if rng.random() < 0.02 else word for word in one]
    runs = [{tuple(text[at : at + 5]) for at in range(len(text) - 4)} for text in (one, other)]
    whole = len(runs[0] & runs[1]) / len(runs[0] | runs[1])

    told = likeness(sketch(" ".join(one)), sketch(" ".join(other)))

    assert abs(told - whole) < 0.15


def test_a_text_of_a_word_or_of_none_has_a_sketch() -> None:
    assert [len(sketch(text)) for text in ("", "một", "một hai ba bốn năm sáu")] == [1, 1, 2]
