"""What a duty leaves open is said once, kindly, and never where the reading may simply have missed it."""

from __future__ import annotations

import pytest

from services.plans.linting import Level
from services.plans.linting.finding import data
from services.plans.terms import Cadence
from tests.plans.linting.texts import NOMINATE, found
from tests.plans.reading.sentences import duty

REGULAR = NOMINATE + "\n"


def test_a_plan_that_says_everything_has_nothing_to_find() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Hằng quý lựa chọn ít nhất 01 điển hình gửi về Sở Nội vụ trước ngày 15 của tháng cuối quý.", "ai làm"),
        ("Mỗi tháng, giới thiệu ít nhất 01 gương về Sở Nội vụ trước ngày 22 hằng tháng.", "ai làm"),
        ("Mỗi phòng giới thiệu ít nhất 01 điển hình trước ngày 15/5/2024.", "gửi cho ai"),
        ("Các phòng giới thiệu gương điển hình về Sở Nội vụ trước ngày 15/5/2024.", "bao nhiêu"),
        ("Hằng quý giới thiệu ít nhất 01 điển hình trước ngày 15 của tháng cuối quý.", "ai làm, gửi cho ai"),
    ],
)
def test_a_nomination_says_what_it_leaves_open(sentence: str, missing: str) -> None:
    finding = found(duties=REGULAR + sentence)["duty-incomplete"]

    assert finding.sentence == f"Câu về việc giới thiệu điển hình chưa nói rõ: {missing}."
    assert (finding.level, finding.leaf, finding.quote) == (Level.ADVICE, "obligations/1", sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Hằng quý, mỗi phòng giới thiệu ít nhất 01 điển hình gửi về Sở Nội vụ trước ngày 15 của tháng cuối quý.",
        "Các phòng báo cáo kết quả về Sở Nội vụ trước ngày 15/5/2024.",
        "Riêng các trạm ở xa, mỗi quý gửi ít nhất 01 gương trước ngày 15 của tháng cuối quý.",
        "Kết quả phải được thể hiện trong báo cáo tổng kết hằng năm của các phòng.",
        "Văn phòng báo cáo đột xuất khi có yêu cầu.",
        "Tuyên truyền sâu rộng các gương điển hình tiên tiến.",
    ],
)
def test_nothing_is_asked_of_who_said_it_or_need_not(sentence: str) -> None:
    assert "duty-incomplete" not in found(duties=REGULAR + sentence)


def test_the_receiver_to_add_is_the_one_other_sentences_name() -> None:
    finding = found(duties=REGULAR + "Mỗi phòng giới thiệu ít nhất 01 điển hình trước ngày 15/5/2024.")[
        "duty-incomplete"
    ]

    assert finding.suggestion == "Có thể thêm: «gửi về Sở Nội vụ»."


def test_a_bearer_named_by_the_item_above_is_not_missing() -> None:
    below = "1. Cục, Vụ, Viện và Thanh tra\n\n" + (
        "a) Hằng quý lựa chọn ít nhất 01 điển hình gửi về Sở Nội vụ trước ngày 15/5/2024."
    )

    assert "duty-incomplete" not in found(duties=below)


@pytest.mark.parametrize(
    ("sentence", "wording"),
    [
        ("Mỗi tháng, các phòng giới thiệu ít nhất 01 gương về Sở Nội vụ.", "trước ngày 25 hằng tháng"),
        ("Hằng quý, các phòng báo cáo kết quả về Sở Nội vụ.", "trước ngày 05 của tháng cuối quý"),
        ("Sáu tháng một lần, các phòng báo cáo Sở Nội vụ.", "trước ngày 10/6 và ngày 10/12 hằng năm"),
    ],
)
def test_an_interval_without_a_day_is_noted(sentence: str, wording: str) -> None:
    finding = found(duties=REGULAR + sentence)["deadline-at-end-of-period"]

    assert finding.level is Level.NOTE
    assert f"«{wording}»" in finding.suggestion


@pytest.mark.parametrize(
    "sentence",
    [
        "Mỗi tháng, các phòng giới thiệu ít nhất 01 gương về Sở Nội vụ trước ngày 22 hằng tháng.",
        "Kết thúc mỗi quý, các phòng báo cáo kết quả về Sở Nội vụ.",
        "Các phòng báo cáo tiến độ với Giám đốc tại cuộc họp giao ban hằng tuần.",
        "Tổng hợp danh sách gương trong quý báo cáo Sở Nội vụ trước ngày l5 của tháng cuôi quý.",
        "Sau mỗi đợt, các phòng báo cáo kết quả về Sở Nội vụ.",
    ],
)
def test_a_day_or_occasion_that_is_said_is_not_missing(sentence: str) -> None:
    assert not {"deadline-at-end-of-period", "deadline-missing"} & set(found(duties=REGULAR + sentence))


def test_a_report_with_no_time_at_all_is_advised_of_a_day_in_the_plans_own_manner() -> None:
    finding = found(duties=REGULAR + "Các phòng báo cáo kết quả với Giám đốc và Sở Nội vụ.")["deadline-missing"]

    assert "«trước ngày 05 của tháng cuối quý»" in finding.suggestion


@pytest.mark.parametrize(
    ("sentence", "kind", "words"),
    [
        ("Các phòng định kỳ báo cáo về Sở Nội vụ.", "cadence-vague", "định kỳ"),
        ("Định kỳ, các phòng báo cáo về Sở Nội vụ.", "cadence-vague", "Định kỳ"),
        ("Các phòng báo cáo về Sở Nội vụ khi có yêu cầu.", "cadence-on-request", "khi có yêu cầu"),
        ("Các phòng báo cáo về Sở Nội vụ theo yêu cầu.", "cadence-on-request", "theo yêu cầu"),
    ],
)
def test_a_vague_interval_points_at_its_words(sentence: str, kind: str, words: str) -> None:
    finding = found(duties=REGULAR + sentence)[kind]

    assert finding.quote == words
    assert "«định kỳ hằng quý, trước ngày 05 của tháng cuối quý," in finding.suggestion


@pytest.mark.parametrize(
    "sentence",
    [
        "Định kỳ hằng tháng, các phòng báo cáo về Sở Nội vụ trước ngày 22 hằng tháng.",
        "Thường xuyên đăng tải các gương điển hình trên trang thông tin điện tử.",
        "Các phòng báo cáo về Sở Nội vụ trước ngày 15/5/2024.\nCác phòng báo cáo Giám đốc Sở khi có yêu cầu.",
    ],
)
def test_a_stated_interval_is_not_vague_nor_is_a_request_beside_a_regular_report(sentence: str) -> None:
    assert not {"cadence-vague", "cadence-on-request"} & set(found(duties=REGULAR + sentence))


@pytest.mark.parametrize(
    "duties",
    [
        "Các phòng tuyên truyền gương điển hình tiên tiến; giới thiệu các gương về Sở Nội vụ để tuyên truyền.",
        "Các phòng báo cáo Sở Nội vụ khi có yêu cầu.",
        "Yêu cầu các phòng nghiêm túc thực hiện.",
        "",
    ],
)
def test_a_plan_that_cannot_be_measured_hears_it_once(duties: str) -> None:
    by_kind = found(duties=duties)

    assert by_kind["plan-not-measurable"].quote is None
    assert by_kind["plan-not-measurable"].number == 1
    assert not {"duty-incomplete", "deadline-missing", "deadline-at-end-of-period"} & set(by_kind)


@pytest.mark.parametrize(
    "duties",
    [
        "Các phòng báo cáo Sở Nội vụ trước ngày 15/5/2024.",
        "Hằng tháng, các phòng báo cáo Sở Nội vụ.",
        "Các phòng giới thiệu ít nhất 01 gương về Sở Nội vụ.",
    ],
)
def test_one_number_or_day_makes_a_plan_measurable(duties: str) -> None:
    assert "plan-not-measurable" not in found(duties=duties)


@pytest.mark.parametrize(
    ("sentence", "contradicts"),
    [
        ("Mỗi phòng giới thiệu từ 05 đến 02 gương về Sở Nội vụ trước ngày 15/5/2024.", True),
        ("Mỗi phòng giới thiệu ít nhất 05 và tối đa 02 gương về Sở Nội vụ trước ngày 15/5/2024.", True),
        ("Mỗi phòng giới thiệu từ 02 đến 05 gương về Sở Nội vụ trước ngày 15/5/2024.", False),
        ("Mỗi phòng giới thiệu từ 02 đến 02 gương về Sở Nội vụ trước ngày 15/5/2024.", False),
    ],
)
def test_at_most_fewer_than_at_least(sentence: str, contradicts: bool) -> None:
    assert ("maximum-below-minimum" in found(duties=sentence)) is contradicts


@pytest.mark.parametrize("cadence", [Cadence(name) for name in data("findings")["wording"]])
def test_every_wording_to_copy_is_read_as_what_it_says(cadence: Cadence) -> None:
    wording = data("findings")["wording"][cadence].format(year=2024)

    read = duty(f"Mỗi đơn vị giới thiệu ít nhất 01 điển hình tiên tiến gửi về Sở Nội vụ {wording}.").value

    assert (read.cadence or Cadence.QUARTERLY, read.minimum, read.actor) == (cadence, 1, "Mỗi đơn vị")
    assert read.deadline is not None
