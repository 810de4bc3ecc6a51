"""Number, date, symbol and signer: what is missing, and what cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from services.plans.linting import EndedBody, Known, Level
from tests.plans.linting.texts import found


@pytest.mark.parametrize("number", ["", "Số:      /KH-SNV", "Số: …/KH-SNV"])
def test_a_number_not_given_yet_is_noted(number: str) -> None:
    finding = found(number=number)["number-missing"]

    assert (finding.level, finding.quote) == (Level.NOTE, None)


def test_a_number_of_another_plan_is_a_warning_at_the_number() -> None:
    finding = found(Known(number_taken_by="Kế hoạch tuyên truyền năm 2023"))["number-taken"]

    assert (finding.level, finding.leaf, finding.quote) == (Level.WARNING, "number", "12")
    assert finding.sentence == "Số 12/KH-SNV đã được cơ quan dùng trong năm cho: Kế hoạch tuyên truyền năm 2023."


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", "date-missing"),
        ("Lai Châu, ngày    tháng 01 năm 2024", "date-without-day"),
        ("Lai Châu, ngày 05 tháng 01 năm 2024", None),
    ],
)
def test_the_date(written: str, kind: str | None) -> None:
    assert [name for name in found(date=written) if name.startswith("date")] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("symbol", "kinds"),
    [
        ("KH-SNV", []),
        ("KH/SNV", []),
        ("BC-SNV", ["symbol-of-another-type"]),
        ("QĐ-SNV", ["symbol-of-another-type"]),
        ("KH-UBND", ["symbol-of-another-body"]),
        ("KH-LĐLĐ", ["symbol-of-another-body"]),
        ("SNV-TĐKT", []),
    ],
)
def test_a_symbol_fits_the_document_and_its_issuer(symbol: str, kinds: list[str]) -> None:
    by_kind = found(number=f"Số: 12/{symbol}")

    assert [name for name in by_kind if name.startswith("symbol")] == kinds


@pytest.mark.parametrize(
    ("foot", "kind"),
    [
        ("GIÁM ĐỐC\n\n\nTrần Văn Lâm", None),
        ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\n\nTrần Văn Lâm", None),
        ("TM. BAN THƯỜNG VỤ\nPHÓ CHỦ TỊCH\n\n\nTrần Văn Lâm", None),
        ("PHÓ GIÁM ĐỐC\n\n\nTrần Văn Lâm", "authority-missing"),
        ("GIÁM ĐỐC", "signer-without-name"),
        ("", "signer-missing"),
    ],
)
def test_who_signs_and_for_whom(foot: str, kind: str | None) -> None:
    by_kind = found(foot=foot)

    assert [name for name in by_kind if name.startswith(("signer", "authority"))] == ([kind] if kind else [])


def test_a_deputy_who_signs_alone_is_told_what_to_write_above() -> None:
    finding = found(foot="PHÓ GIÁM ĐỐC\n\n\nTrần Văn Lâm")["authority-missing"]

    assert finding.suggestion == "Thêm một dòng ở trên: «KT. GIÁM ĐỐC»; nếu ký thay mặt tập thể thì ghi «TM. …»."


def test_a_body_that_is_no_more_is_named_with_its_heir_once() -> None:
    gone = {"Sở Nội vụ": EndedBody("Sở Nội vụ", date(2024, 1, 1), "Sở Nội vụ và Lao động")}
    twice = (
        "Mỗi phòng giới thiệu ít nhất 01 gương về Sở Nội vụ trước ngày 15/5/2024.\n"
        "Các phòng báo cáo Sở Nội vụ trước ngày 12/11/2024."
    )

    finding = found(Known(ended=gone), duties=twice, foot="GIÁM ĐỐC\n\n\nTrần Văn Lâm")["body-ended"]

    assert finding.level is Level.WARNING
    assert finding.sentence == ("Sở Nội vụ không còn từ ngày 01/01/2024; nhiệm vụ nay thuộc về Sở Nội vụ và Lao động.")


@pytest.mark.parametrize(
    ("ended_on", "kinds"), [(date(2024, 1, 5), ["body-ended-without-heir"]), (date(2024, 1, 6), [])]
)
def test_a_body_is_judged_by_the_plans_day(ended_on: date, kinds: list[str]) -> None:
    by_kind = found(Known(ended={"Các phòng": EndedBody("Các phòng", ended_on)}))

    assert list(by_kind) == kinds
