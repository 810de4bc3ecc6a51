"""Subjects, turns and waves: two places of a plan that do not say the same."""

from __future__ import annotations

import pytest

from services.plans.linting import Level
from tests.plans.linting.texts import NOMINATE, found

HOUSEHOLDS = "Tập thể, cá nhân, hộ gia đình tiêu biểu trong các phong trào thi đua."
SENTENCE = (
    "Hằng quý, mỗi phòng giới thiệu ít nhất 01 điển hình{which} gửi về Sở Nội vụ trước ngày 15 của tháng cuối quý."
)
TURNS = "Sở phân công các phòng giới thiệu gương như sau:\nQuý I: Phòng Người có công\nQuý II: Phòng Việc làm"


@pytest.mark.parametrize(
    ("subjects", "which", "disagree"),
    [
        (HOUSEHOLDS, " (điển hình có thể là tập thể hoặc cá nhân)", True),
        (HOUSEHOLDS, ", gồm 01 tập thể và 02 cá nhân,", True),
        (HOUSEHOLDS, " (tập thể, cá nhân hoặc hộ gia đình)", False),
        (HOUSEHOLDS, " (tập thể, cá nhân hoặc gia đình)", False),
        (HOUSEHOLDS, "", False),
        ("Tập thể, cá nhân tiêu biểu.", " (tập thể, cá nhân hoặc hộ gia đình)", True),
        ("Tập thể, cá nhân tiêu biểu.", " (tập thể hoặc cá nhân)", False),
    ],
)
def test_subjects_of_the_section_and_of_the_sentence(subjects: str, which: str, disagree: bool) -> None:
    by_kind = found(subjects=subjects, duties=SENTENCE.format(which=which))

    assert ("subjects-disagree" in by_kind) is disagree


def test_disagreeing_subjects_point_at_the_words_in_the_sentence() -> None:
    by_kind = found(subjects=HOUSEHOLDS, duties=SENTENCE.format(which=" (có thể là tập thể hoặc cá nhân)"))

    finding = by_kind["subjects-disagree"]
    assert (finding.leaf, finding.quote) == ("obligations/0", "tập thể hoặc cá nhân")
    assert finding.params["differing"] == "hộ gia đình"


def test_a_quota_beside_turns_says_how_it_is_understood() -> None:
    whole_year = f"{NOMINATE}\n{TURNS}\nQuý III: Phòng Tổ chức\nQuý IV: Văn phòng Sở"

    finding = found(duties=whole_year)["quota-and-rotation"]

    assert finding.level is Level.NOTE
    assert "cả hai cùng áp dụng" in finding.sentence
    assert finding.params == {"minimum": "01", "actor": "mỗi phòng", "turns": "4"}


@pytest.mark.parametrize(
    "duties",
    [
        NOMINATE,
        "Trong quý được phân công, mỗi phòng giới thiệu ít nhất 01 điển hình hằng quý gửi về Sở Nội vụ.\n" + TURNS,
        "Hằng quý, Văn phòng chọn ít nhất 01 gương giới thiệu về Sở Nội vụ trước ngày 15 của tháng cuối quý.\n" + TURNS,
        "Hằng tháng, mỗi phòng giới thiệu ít nhất 01 gương về Sở Nội vụ trước ngày 22 hằng tháng.\n" + TURNS,
    ],
)
def test_no_quota_of_everybodys_stands_beside_these_turns(duties: str) -> None:
    assert "quota-and-rotation" not in found(duties=duties)


@pytest.mark.parametrize(
    ("quarters", "month", "missing"),
    [
        (("I", "II", "III", "IV"), "01", None),
        (("I", "II", "IV"), "01", "III"),
        (("II", "III", "IV"), "01", "I"),
        (("II", "III", "IV"), "04", None),
        (("III", "IV"), "04", "II"),
    ],
)
def test_a_quarter_that_is_nobodys_turn(quarters: tuple[str, ...], month: str, missing: str | None) -> None:
    turns = "".join(f"\nQuý {quarter}: Phòng Người có công" for quarter in quarters)

    by_kind = found(
        date=f"Lai Châu, ngày 05 tháng {month} năm 2024",
        duties="Sở phân công các phòng giới thiệu gương điển hình tiên tiến như sau:" + turns,
    )

    finding = by_kind.get("rotation-misses-quarter")
    assert (finding and finding.params["quarters"]) == missing


@pytest.mark.parametrize(
    ("wave", "outside"),
    [
        ("Đợt 1: Từ 01/01/2024 đến 30/6/2024.", False),
        ("Đợt 1: Từ 01/7/2024 đến 31/01/2025.", True),
        ("Đợt 1: Từ tháng 12/2023 đến 31/5/2024.", True),
        ("Đợt 1: Từ khi phát động đến 30/6/2024.", False),
    ],
)
def test_a_wave_outside_the_plans_years(wave: str, outside: bool) -> None:
    assert ("wave-outside-period" in found(duties=f"{NOMINATE}\n{wave}")) is outside
