"""By when: every wording these plans use, and the one way its rule is written."""

from __future__ import annotations

import pytest

from tests.plans.reading.sentences import duty

REPORT = "Các đơn vị báo cáo kết quả về Sở Nội vụ {when}."


@pytest.mark.parametrize(
    ("when", "rule", "strictly", "closes"),
    [
        ("trước ngày 15 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=15", True, "same"),
        ("chậm nhất ngày 15 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=15", False, "same"),
        ("chậm nhất là ngày 15 hàng tháng", "FREQ=MONTHLY;BYMONTHDAY=15", False, "same"),
        ("trước ngày 20 mỗi tháng", "FREQ=MONTHLY;BYMONTHDAY=20", True, "same"),
        ("hằng tháng trước ngày 20 của tháng", "FREQ=MONTHLY;BYMONTHDAY=20", True, "same"),
        ("vào ngày 25 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=25", False, "same"),
        ("trước ngày 05 tháng sau", "FREQ=MONTHLY;BYMONTHDAY=5", True, "previous"),
        ("trước ngày 05 của tháng kế tiếp", "FREQ=MONTHLY;BYMONTHDAY=5", True, "previous"),
        ("trước ngày 05 của tháng cuối quý", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5", True, "same"),
        ("trước ngày 10 tháng cuối của mỗi quý", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=10", True, "same"),
        ("chậm nhất ngày 25 tháng cuối quý", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=25", False, "same"),
        ("trước ngày 05 của tháng đầu quý sau", "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=5", True, "previous"),
        (
            "trước ngày 10 tháng đầu tiên của quý tiếp theo",
            "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10",
            True,
            "previous",
        ),
        (
            "quý I, II, III trước ngày 20 tháng cuối quý, quý IV trước ngày 15/11",
            "FREQ=YEARLY;BYMONTH=3,6,9;BYMONTHDAY=20\nFREQ=YEARLY;BYMONTH=11;BYMONTHDAY=15",
            True,
            "same",
        ),
        ("trước ngày 25/11 hằng năm", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25", True, "same"),
        ("chậm nhất ngày 30 tháng 11 hàng năm", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30", False, "same"),
        ("trước ngày 15/6 và ngày 15/12 hằng năm", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=15", True, "same"),
        (
            "6 tháng trước ngày 15/6, cả năm trước ngày 20/11",
            "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=15\nFREQ=YEARLY;BYMONTH=11;BYMONTHDAY=20",
            True,
            "same",
        ),
        (
            "6 tháng đầu năm (trước ngày 10/6) và báo cáo năm (trước ngày 01/12)",
            "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=10\nFREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1",
            True,
            "same",
        ),
        ("trước thứ Sáu hằng tuần", "FREQ=WEEKLY;BYDAY=FR", True, "same"),
        ("chậm nhất thứ năm hằng tuần", "FREQ=WEEKLY;BYDAY=TH", False, "same"),
        ("trước ngày 10 tháng 6 và tháng 12 hằng năm", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=10", True, "same"),
    ],
)
def test_a_deadline_that_recurs(when: str, rule: str, strictly: bool, closes: str) -> None:
    read = duty(REPORT.format(when=when)).value.deadline

    assert read is not None
    assert (read.rrule, read.strictly_before, read.closes) == (rule, strictly, closes)


@pytest.mark.parametrize(
    ("when", "date", "strictly"),
    [
        ("trước ngày 10/12/2023", "2023-12-10", True),
        ("xong trước ngày 10/12/2023", "2023-12-10", True),
        ("chậm nhất là ngày 10/12/2023", "2023-12-10", False),
        ("chậm nhất vào ngày 10-12-2023", "2023-12-10", False),
        ("muộn nhất ngày 10.12.2023", "2023-12-10", False),
        ("trước 17 giờ ngày 10/12/2023", "2023-12-10", True),
        ("trước 17h00 ngày 10/12/2023", "2023-12-10", True),
        ("trước ngày 10 tháng 12 năm 2023", "2023-12-10", True),
        ("trước 10/12/2023", "2023-12-10", True),
        ("trước tháng 12/2023", "2023-12", True),
        ("trong thời hạn chậm nhất đến hết ngày 05/01/2024", "2024-01-05", False),
    ],
)
def test_one_day(when: str, date: str, strictly: bool) -> None:
    read = duty(REPORT.format(when=when)).value

    assert read.deadline is not None
    assert (read.deadline.date, read.deadline.strictly_before, read.cadence) == (date, strictly, "once")


def test_a_day_without_a_year_is_of_the_plans_one_year() -> None:
    read = duty(REPORT.format(when="trước ngày 25/11"), period="năm 2024").value

    assert read.deadline is not None
    assert (read.deadline.date, read.cadence) == ("2024-11-25", "once")


@pytest.mark.parametrize(
    ("when", "days", "working"),
    [
        ("sau 05 ngày làm việc kể từ khi kết thúc đợt", 5, True),
        ("trong vòng 10 ngày kể từ ngày nhận được văn bản", 10, False),
        ("chậm nhất sau bảy ngày kể từ ngày tổ chức hội nghị", 7, False),
        ("trong thời hạn 03 ngày làm việc sau khi có kết quả bình chọn", 3, True),
    ],
)
def test_days_after_something(when: str, days: int, working: bool) -> None:
    read = duty(REPORT.format(when=when)).value.deadline

    assert read is not None
    assert (read.days, read.working_days, read.date, read.rrule) == (days, working, None, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "Các đơn vị tổ chức kỷ niệm ngày thành lập vào năm 2023.",
        "Các đơn vị thực hiện Kế hoạch số 12/KH-UBND ngày 05/01/2023 của UBND tỉnh.",
        "Các đơn vị tuyên truyền từ ngày 01/3/2023 đến hết ngày 30/4/2023.",
        "Các đơn vị tuyên truyền trong 05 năm qua.",
    ],
)
def test_a_date_that_is_no_deadline(sentence: str) -> None:
    assert [leaf.value.deadline for leaf in [duty(sentence)]] == [None]


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Hằng tháng, các đơn vị báo cáo về Sở Nội vụ trước ngày 25.", "FREQ=MONTHLY;BYMONTHDAY=25"),
        ("Mỗi tháng, các đơn vị gửi 02 gương, chậm nhất ngày 20, kèm ảnh về Sở Nội vụ.", "FREQ=MONTHLY;BYMONTHDAY=20"),
        ("Các đơn vị báo cáo về Sở Nội vụ trước ngày 25.", None),
        ("Các đơn vị báo cáo về Sở Nội vụ trước ngày 15-4-2023 (đợt 1) và ngày 15-8-2023 (đợt 2).", None),
        ("Các đơn vị báo cáo đợt 1 trước ngày 25/5/2023, đợt 2 trước ngày 20/10/2023 về Sở Nội vụ.", None),
    ],
)
def test_a_day_alone_is_of_every_month_only_where_that_is_said(sentence: str, rule: str | None) -> None:
    read = duty(sentence).value.deadline

    assert (read.rrule if read else None) == rule
