"""Deadlines on days nobody works, deadlines in the wrong time, and one matter with two of them."""

from __future__ import annotations

from datetime import date

import pytest

from services.plans.linting import Known, Level, findings
from tests.plans.linting.texts import NOMINATE, found, plan

REPORT = "Các phòng báo cáo kết quả về Sở Nội vụ {when}."


@pytest.mark.parametrize(
    ("when", "shown", "wording"),
    [
        ("chậm nhất ngày 30/11/2024", "30/11/2024 (thứ Bảy) → 29/11/2024 (thứ Sáu)", "chậm nhất ngày 02/12/2024"),
        ("trước ngày 10/6/2024", "09/06/2024 (Chủ nhật) → 07/06/2024 (thứ Sáu)", "trước ngày 11/06/2024"),
        (
            "chậm nhất ngày 02/9/2024",
            "02/09/2024 (Quốc khánh) → 30/08/2024 (thứ Sáu)",
            "chậm nhất ngày 04/09/2024",
        ),
        (
            "trước ngày 15/02/2024",
            "14/02/2024 (Mùng năm Tết Nguyên Đán) → 07/02/2024 (thứ Tư)",
            "trước ngày 16/02/2024",
        ),
    ],
)
def test_a_last_day_that_is_off_says_the_last_good_day_and_the_next(when: str, shown: str, wording: str) -> None:
    finding = found(duties=REPORT.format(when=when))["deadline-on-day-off"]

    assert (finding.level, finding.quote) == (Level.ADVICE, when)
    assert (finding.params["shown"], finding.params["wording"]) == (shown, wording)


@pytest.mark.parametrize(
    "when",
    [
        "trước ngày 15/5/2024",
        "chậm nhất ngày 29/11/2024",
        "trước ngày 30/11/2024",  # the 30th is a Saturday, the last good day a Friday
        "chậm nhất ngày 04/5/2024",  # a Saturday that is worked for 29/4
        "trong tháng 11/2024",
        "trong vòng 05 ngày làm việc sau khi kết thúc đợt",
    ],
)
def test_a_last_day_that_is_worked_is_fine(when: str) -> None:
    assert "deadline-on-day-off" not in found(duties=REPORT.format(when=when))


def test_recurring_days_are_told_together_within_the_plans_years() -> None:
    (finding,) = findings(plan(title="Tuyên truyền gương điển hình giai đoạn 2024 - 2025", duties=NOMINATE))

    assert (finding.kind, finding.level) == ("deadlines-on-days-off", Level.NOTE)
    assert finding.params["times"] == "5"
    assert finding.params["of"] == "8"
    assert finding.params["shown"] == (
        "14/09/2024 (thứ Bảy) → 13/09/2024 (thứ Sáu); 14/12/2024 (thứ Bảy) → 13/12/2024 (thứ Sáu); "
        "14/06/2025 (thứ Bảy) → 13/06/2025 (thứ Sáu); 14/09/2025 (Chủ nhật) → 12/09/2025 (thứ Sáu); …"
    )


def test_a_plan_without_end_is_looked_at_for_two_years() -> None:
    (finding,) = findings(plan(title="Tuyên truyền gương điển hình tiên tiến", duties=NOMINATE))

    assert finding.params["of"] == "12"


def test_one_day_for_two_duties_is_told_once() -> None:
    sentence = "Hằng quý, các phòng báo cáo Giám đốc trước ngày 15 của tháng cuối quý."

    listed = findings(plan(duties=f"{NOMINATE}\n{sentence}"))

    assert [finding.kind for finding in listed] == ["deadlines-on-days-off"]


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        ("trước ngày 10/12/2023", "deadline-before-plan"),
        ("chậm nhất ngày 04/01/2024", "deadline-before-plan"),
        ("chậm nhất ngày 05/01/2024", None),
        ("chậm nhất ngày 15/01/2025", None),
        ("chậm nhất ngày 15/12/2026", "deadline-behind-period"),
    ],
)
def test_a_deadline_in_the_wrong_time(when: str, kind: str | None) -> None:
    by_kind = found(duties=REPORT.format(when=when))

    assert [name for name in by_kind if name.startswith("deadline-be")] == ([kind] if kind else [])


def test_a_plan_of_a_month_has_no_deadline_before_it_within_that_month() -> None:
    month = "Lai Châu, ngày    tháng 11 năm 2024"

    assert "deadline-before-plan" not in found(date=month, duties=REPORT.format(when="trước ngày 12/11/2024"))
    assert "deadline-before-plan" in found(date=month, duties=REPORT.format(when="trước ngày 30/10/2024"))


def test_an_undated_plan_has_no_deadline_before_it_unless_its_day_is_known() -> None:
    late = {
        "date": "",
        "title": "Tuyên truyền gương điển hình tiên tiến",
        "duties": REPORT.format(when="trước ngày 10/12/2019"),
    }

    assert "deadline-before-plan" not in found(**late)
    assert "deadline-before-plan" in found(Known(on=date(2020, 3, 2)), **late)


@pytest.mark.parametrize(
    ("one", "other", "disagree"),
    [
        ("trước ngày 12/11/2024", "trước ngày 20/11/2024", True),
        ("trước ngày 12/11/2024", "chậm nhất ngày 12/11/2024", False),
        ("trước ngày 12/11/2024", "trước ngày 12/11/2024", False),
        ("trước ngày 12/6/2024", "trước ngày 12/11/2024", False),
        ("trước ngày 15 của tháng cuối quý", "trước ngày 20 của tháng cuối quý", True),
        ("trước ngày 12/6 hằng năm", "trước ngày 12/11 hằng năm", False),
        ("trước ngày 12/6 hằng năm", "trước ngày 20/6 hằng năm", True),
    ],
)
def test_one_matter_with_two_deadlines(one: str, other: str, disagree: bool) -> None:
    duties = f"{REPORT.format(when=one)}\nMỗi phòng báo cáo kết quả về Sở Nội vụ {other}."

    assert ("deadlines-disagree" in found(duties=duties)) is disagree


@pytest.mark.parametrize(
    "second",
    [
        "Các phòng báo cáo kết quả về UBND tỉnh trước ngày 20/11/2024.",
        "Văn phòng báo cáo kết quả về Sở Nội vụ trước ngày 20/11/2024.",
        "Các phòng giới thiệu ít nhất 01 gương về Sở Nội vụ trước ngày 20/11/2024.",
    ],
)
def test_another_receiver_bearer_or_matter_has_its_own_deadline(second: str) -> None:
    duties = f"{REPORT.format(when='trước ngày 12/11/2024')}\n{second}"

    assert "deadlines-disagree" not in found(duties=duties)
