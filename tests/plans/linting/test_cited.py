"""Cited texts are judged by the plan's own day; what is not known is not claimed."""

from __future__ import annotations

from datetime import date

import pytest

from services.plans.linting import Known, Level
from services.plans.linting.law import texts
from tests.plans.linting.texts import found

IN_2027 = "Tuyên truyền gương điển hình tiên tiến năm 2027"
BASIS = "Căn cứ {text}; Kế hoạch số 02/KH-UBND của UBND tỉnh, Sở Nội vụ xây dựng Kế hoạch như sau:"


def about(text: str, day: str, **said: str) -> list[str]:
    """The kinds of findings on the cited text in a plan of that day."""
    year, month, number = day.split("-")
    written = {
        "date": f"Lai Châu, ngày {number} tháng {month} năm {year}",
        "title": f"Tuyên truyền điển hình năm {year}",
    }
    by_kind = found(basis=BASIS.format(text=text), **{**written, **said})
    return sorted(kind for kind in by_kind if kind.startswith("cited"))


@pytest.mark.parametrize(
    ("text", "day", "kinds"),
    [
        ("Nghị định số 98/2023/NĐ-CP của Chính phủ", "2025-06-30", ["cited-text-ends-during-plan"]),
        ("Nghị định số 98/2023/NĐ-CP của Chính phủ", "2025-07-01", ["cited-text-replaced"]),
        ("Thông tư số 01/2024/TT-BNV của Bộ Nội vụ", "2025-08-04", ["cited-text-ends-during-plan"]),
        ("Thông tư số 01/2024/TT-BNV của Bộ Nội vụ", "2025-08-05", ["cited-text-replaced"]),
        ("nghị định 42/2022/NĐ-CP của Chính phủ", "2026-07-01", ["cited-text-replaced"]),
        ("Nghị định số 13/2023/NĐ-CP về bảo vệ dữ liệu cá nhân", "2026-02-10", ["cited-text-replaced"]),
        ("Nghị định số 91/2017/NĐ-CP ngày 31/7/2017 của Chính phủ", "2019-11-04", []),
        ("Nghị định số 91/2017/NĐ-CP ngày 31/7/2017 của Chính phủ", "2026-11-02", ["cited-text-ended-some-day"]),
        ("Nghị định số 47/2020/NĐ-CP của Chính phủ", "2026-11-02", ["cited-text-replaced-some-day"]),
        ("Luật số 06/2022/QH15 ngày 15/6/2022", "2026-09-30", []),
        ("Luật số 06/2022/QH15 ngày 15/6/2022", "2026-10-01", ["cited-text-amended"]),
        ("Luật số 06/2022/QH15 ngày 15/6/2022", "2023-12-31", ["cited-text-not-yet-in-force"]),
        ("Nghị định số 152/2025/NĐ-CP ngày 14/6/2025 của Chính phủ", "2025-06-20", ["cited-text-not-yet-in-force"]),
        ("Nghị định số 152/2025/NĐ-CP ngày 14/6/2025 của Chính phủ", "2026-11-20", []),
        ("Nghị định số 152/2025/NĐ-CP ngày 14/6/2025 của Chính phủ", "2027-01-10", ["cited-text-ends-during-plan"]),
        ("Quyết định số 1526/QĐ-TTg ngày 09/12/2022 của Thủ tướng Chính phủ", "2025-12-31", []),
        ("Quyết định số 1526/QĐ-TTg ngày 09/12/2022 của Thủ tướng Chính phủ", "2026-01-05", ["cited-scheme-over"]),
        ("Quyết định số 1689/QĐ-TLĐ ngày 12/11/2019 của Tổng Liên đoàn", "2024-06-03", ["cited-text-replaced"]),
        ("Quyết định số 1689/QĐ-TLĐ ngày 12/11/2019 của Tổng Liên đoàn", "2024-05-28", ["cited-text-ends-during-plan"]),
        # the same number of another year, and without a date: another text, or nobody knows
        ("Quyết định số 1689/QĐ-TLĐ ngày 03/11/2020 của Tổng Liên đoàn", "2024-06-03", []),
        ("Quyết định số 1689/QĐ-TLĐ của Tổng Liên đoàn", "2024-06-03", []),
        ("Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị", "2024-06-03", []),
        ("Kế hoạch số 211/KH-HĐTĐKT ngày 02/5/2024", "2024-06-03", []),
    ],
)
def test_a_text_is_judged_by_the_plans_day(text: str, day: str, kinds: list[str]) -> None:
    assert about(text, day) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Kế hoạch số 211/KH-HĐTĐKT ngày 02/5/2024 của Hội đồng", ["cited-dated-after-plan"]),
        ("Kế hoạch số 211/KH-HĐTĐKT ngày 03/01/2024 của Hội đồng", []),
        ("Quyết định số 2888/2012/QĐ-UBND ngày 13/9/2021 của UBND tỉnh", ["cited-year-differs"]),
        ("Quyết định số 2888/2012/QĐ-UBND ngày 13/9/2012 của UBND tỉnh", []),
        ("Luật số 06/2022/QH15 ngày 16/6/2022", ["cited-date-differs"]),
        ("Thông tư số 02/2023/TT-BNV ngày 23/3/2023", []),
        ("Thông tư số 02/2023/TT-BNV", []),
    ],
)
def test_dates_that_cannot_be_right(text: str, kinds: list[str]) -> None:
    assert about(text, "2024-01-05") == kinds


def test_a_replaced_text_gives_the_citation_to_copy() -> None:
    basis = BASIS.format(text="Nghị định số 98/2023/NĐ-CP của Chính phủ")

    finding = found(Known(on=date(2026, 1, 26)), basis=basis)["cited-text-replaced"]

    assert finding.level is Level.WARNING
    assert finding.leaf == "cited/0"
    assert finding.quote == "Nghị định số 98/2023/NĐ-CP của Chính phủ"
    assert finding.sentence == (
        "Nghị định 98/2023/NĐ-CP đã hết hiệu lực từ ngày 01/07/2025, được thay bằng "
        "Nghị định số 152/2025/NĐ-CP ngày 14/06/2025 của Chính phủ."
    )
    assert "«Nghị định số 152/2025/NĐ-CP ngày 14/06/2025 của Chính phủ»" in finding.suggestion


def test_what_was_not_seen_in_a_source_says_so() -> None:
    indirect = found(Known(on=date(2026, 2, 1)), basis=BASIS.format(text="Nghị định số 13/2023/NĐ-CP"))
    from_memory = found(Known(on=date(2026, 12, 1)), basis=BASIS.format(text="Nghị định số 47/2020/NĐ-CP"))

    assert indirect["cited-text-replaced"].sentence.endswith("(Theo nguồn gián tiếp, cần tra lại.)")
    assert from_memory["cited-text-replaced-some-day"].sentence.endswith("(Chưa kiểm chứng, cần tra lại.)")


def test_an_undated_plan_of_years_gone_by_is_not_judged_by_today() -> None:
    basis = BASIS.format(text="Nghị định số 98/2023/NĐ-CP của Chính phủ")

    assert "cited-text-replaced" not in found(basis=basis, date="", title="Tuyên truyền gương điển hình năm 2024")
    assert "cited-text-replaced" in found(basis=basis, date="", title="Tuyên truyền gương điển hình năm 2090")


def test_every_text_says_where_it_was_read_and_its_successors_are_known() -> None:
    for text in texts().values():
        assert text.source
        if text.effective_from and text.effective_to:
            assert text.effective_from < text.effective_to
        assert set(text.amended_by) <= set(texts())
        for code in text.replaced_by:
            newer = texts().get(code)
            assert newer is None or newer.effective_from is None or text.effective_to in {None, newer.effective_from}


def test_what_may_be_extended_or_is_excepted_is_said() -> None:
    ends = found(Known(on=date(2026, 12, 28)), basis=BASIS.format(text="Nghị định số 152/2025/NĐ-CP"), title=IN_2027)
    excepted = found(Known(on=date(2026, 2, 1)), basis=BASIS.format(text="Nghị định số 130/2018/NĐ-CP"))

    assert ends["cited-text-ends-during-plan"].sentence.endswith("Thời hạn này có thể được kéo dài.")
    assert excepted["cited-text-replaced"].sentence.endswith("Phần chữ ký số chuyên dùng công vụ có quy định riêng.")
