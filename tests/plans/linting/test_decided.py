"""What a person gave is looked at as given: the sentence it was read from no longer speaks for it."""

from __future__ import annotations

from typing import Any

import pytest

from services.plans.confirming import Decision, Standing, as_decided, held
from services.plans.confirming.leaves import family_of
from services.plans.confirming.values import VALUES, plain
from services.plans.linting import Finding, findings
from services.plans.reading import read_text
from services.plans.reading.reading import BY_HAND, Reading
from tests.plans.linting.texts import NOMINATE, plan

REPORT = "\nCác phòng báo cáo kết quả về Sở Nội vụ chậm nhất ngày 15/5/2024."
NOTHING: dict[str, Any] = {
    "actor": None,
    "minimum": None,
    "maximum": None,
    "cadence": None,
    "deadline": None,
    "to": [],
    "via": None,
}


def decided(reading: Reading, **values: dict[str, Any]) -> Reading:
    """With these leaves corrected or added; `obligations_0` is changed in what is given."""
    decisions = {}
    for name, given in values.items():
        key = name.replace("_", "/")
        read = held(reading, {}).get(key)
        value = VALUES[family_of(key)].validate_python({**(plain(read.value) if read else {}), **given})
        decisions[key] = Decision(key, Standing.CORRECTED, value)
    return as_decided(reading, held(reading, decisions))[0]


def found(reading: Reading) -> dict[str, Finding]:
    """By kind."""
    return {finding.kind: finding for finding in findings(reading)}


def test_a_deadline_and_interval_that_a_person_took_away_are_missing() -> None:
    reading = plan(duties=NOMINATE + REPORT)

    listed = found(decided(reading, obligations_0={"cadence": None, "deadline": None}))

    assert not {"deadline-missing", "duty-incomplete"} & set(found(reading))
    assert (listed["deadline-missing"].leaf, listed["deadline-missing"].quote) == ("obligations/0", NOMINATE)


def test_who_and_to_whom_that_a_person_took_away_are_missing() -> None:
    listed = found(decided(plan(duties=NOMINATE + REPORT), obligations_0={"actor": None, "to": []}))

    assert listed["duty-incomplete"].params["missing"] == "ai làm, gửi cho ai"


def test_numbers_that_a_person_mended_contradict_no_more() -> None:
    reading = plan(duties="Mỗi phòng giới thiệu từ 05 đến 02 gương về Sở Nội vụ trước ngày 15/5/2024.")

    mended = decided(reading, obligations_0={"minimum": None, "maximum": 5})

    assert "maximum-below-minimum" in found(reading)
    assert "maximum-below-minimum" not in found(mended)


def test_a_plan_whose_every_number_was_taken_away_cannot_be_measured() -> None:
    listed = found(decided(plan(), obligations_0=NOTHING))

    assert "plan-not-measurable" in listed


def test_an_interval_a_person_gave_is_not_said_in_the_words_of_the_one_that_was_read() -> None:
    listed = found(decided(plan(duties=NOMINATE + REPORT), obligations_0={"cadence": "unspecified", "deadline": None}))

    assert listed["cadence-vague"].sentence == "«định kỳ» chưa nói bao lâu một lần."


def test_two_days_of_which_a_person_gave_one_are_told_apart() -> None:
    reading = plan(duties=REPORT + REPORT)

    listed = found(decided(reading, obligations_1={"deadline": {"date": "2024-05-20"}}))

    assert listed["deadlines-disagree"].params == {"one": "chậm nhất ngày 15/5/2024", "other": "20/05/2024"}


def test_what_a_person_left_as_it_was_keeps_its_words() -> None:
    reading = plan()

    leaf = decided(reading, obligations_0={"minimum": 3}).obligations[0]

    assert (leaf.rule, leaf.confidence, leaf.quote) == (BY_HAND, 1.0, NOMINATE)
    assert leaf.fields == {name: words for name, words in reading.obligations[0].fields.items() if name != "minimum"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("obligations_7", {**NOTHING, "kind": "report"}),
        ("obligations_7", {**NOTHING, "kind": "nominate", "cadence": "unspecified"}),
        ("waves_0", {"number": 1, "start": "2030-01", "end": "2031-01"}),
        ("rotation_0", {"quarter": 1, "unit": "Phòng Việc làm"}),
    ],
)
def test_what_stands_nowhere_in_the_text_points_nowhere(key: str, value: dict[str, Any]) -> None:
    reading = decided(plan(), **{key: value})

    added = [finding for finding in findings(reading) if finding.leaf and finding.leaf.split("/")[0] in key]

    own = [finding for finding in added if finding.leaf != "obligations/0"]
    assert own
    assert {(finding.quote, finding.start, finding.end) for finding in own} == {(None, None, None)}


def test_a_cited_plan_that_was_added_by_hand_takes_no_years_from_the_head_of_the_text() -> None:
    cited = {"type": "Kế hoạch", "code": "9/KH-UBND", "number": "9", "symbol": "KH-UBND", "relation": "basis"}

    whole = read_text("Bản thảo tháng 12 năm 2023\n" + plan(basis="Sở Nội vụ xây dựng Kế hoạch như sau:").text)

    assert "period-wider-than-basis" not in found(decided(whole, cited_0=cited))
