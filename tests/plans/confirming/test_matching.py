"""Which sentence states which obligation again, however long the plan and the text."""

from __future__ import annotations

from time import process_time

from services.plans.confirming import Sentence, same_obligations
from services.plans.terms import Kind, Obligation
from shared.db import new_id
from tests.plans import factories as make
from tests.plans.confirming.texts import AWARD, OFFICE, QUARTERLY, REPORT, TWICE

LONG = "Định kỳ, {n} đơn vị tổng hợp, giới thiệu điển hình tiên tiến, báo cáo kết quả về cơ quan thường trực " * 2


def test_sentences_find_their_obligations_whatever_their_order() -> None:
    quota = make.obligation(label="O1", quote=QUARTERLY)
    report = make.obligation(label="O2", kind=Kind.REPORT, cadence=None, deadline=None, minimum=None, quote=REPORT)

    stated = {"a": (Kind.REPORT, REPORT), "b": (Kind.AWARD, AWARD), "c": (Kind.NOMINATE, TWICE)}
    same = same_obligations([quota, report], {key: Sentence(*said) for key, said in stated.items()})

    assert same == {"a": report.id, "c": quota.id}


def test_without_words_an_obligation_is_known_by_kind_actor_and_deadline() -> None:
    typed = make.obligation(label="O1", actor=OFFICE)
    other = make.obligation(label="O2", actor="Trường Tiểu học Sóng Biển")

    same = same_obligations(
        [other, typed],
        {
            "a": Sentence(Kind.NOMINATE, QUARTERLY, OFFICE.upper(), make.QUARTERLY),
            "b": Sentence(Kind.REPORT, "", "Trường Tiểu học Sóng Biển", make.QUARTERLY),
            "c": Sentence(Kind.NOMINATE, "", None, None),
        },
    )

    assert same == {"a": typed.id}


def test_two_sentences_that_differ_are_not_one_for_their_actor_and_deadline() -> None:
    quoted = make.obligation(actor=OFFICE, quote=REPORT)

    same = same_obligations([quoted], {"a": Sentence(Kind.NOMINATE, AWARD, OFFICE, make.QUARTERLY)})

    assert same == {}


def test_of_equal_sentences_each_finds_its_own_in_their_order() -> None:
    twelve = [make.obligation(label=f"O{number}", quote=QUARTERLY) for number in range(12)]

    same = same_obligations(twelve, {f"obligations/{place}": Sentence(Kind.NOMINATE, QUARTERLY) for place in range(12)})

    assert list(same.values()) == [o.id for o in twelve]


def test_in_the_longest_text_the_longest_plan_is_known_again() -> None:
    before, stated = plan_of(200), text_of(1_500, first=100)

    same = same_obligations(before, stated)

    assert [same[f"obligations/{n}"] for n in range(100)] == [o.id for o in before[100:]]


def test_twice_the_text_is_compared_in_about_twice_the_time() -> None:
    """Quadratic time would be four times as long; measured in processor time."""
    short, long = (best_time(200, sentences) for sentences in (1_500, 3_000))

    assert long < 3 * short


def test_no_sentence_is_read_again_for_each_obligation_of_the_plan() -> None:
    """Else a hundred times the obligations would take a hundred times as long; measured in processor time."""
    few, many = (best_time(obligations, 1_500) for obligations in (2, 200))

    assert many < 40 * few


def plan_of(obligations: int) -> list[Obligation]:
    """Each but for its number in the same words."""
    return [make.obligation(id=new_id(), label=f"O{n}", quote=LONG.format(n=n)) for n in range(obligations)]


def text_of(sentences: int, *, first: int = 0) -> dict[str, Sentence]:
    """Numbered on from the `first`."""
    return {f"obligations/{n}": Sentence(Kind.NOMINATE, LONG.format(n=n + first)) for n in range(sentences)}


def best_time(obligations: int, sentences: int) -> float:
    """Of three."""
    before, stated = plan_of(obligations), text_of(sentences)
    best = float("inf")
    for _ in range(3):
        started = process_time()
        same_obligations(before, stated)
        best = min(best, process_time() - started)
    return best
