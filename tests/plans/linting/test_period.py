"""A plan may not promise years that the plan it carries out does not have; where that says none, nothing is claimed."""

from __future__ import annotations

import pytest

from services.plans.linting import Known
from tests.plans.linting.texts import found

BASIS = "Căn cứ Kế hoạch số 70/KH-UBND ngày 02/01/2024 của UBND tỉnh {says}, Sở Nội vụ xây dựng Kế hoạch như sau:"
WIDE = "Tuyên truyền gương điển hình tiên tiến giai đoạn 2024 - 2027"


@pytest.mark.parametrize(
    ("title", "says", "wider"),
    [
        (WIDE, "về tuyên truyền điển hình tiên tiến năm 2024", True),
        (WIDE, "về tuyên truyền điển hình tiên tiến giai đoạn 2023-2025", True),
        (WIDE, "về tuyên truyền điển hình tiên tiến từ năm 2025 đến năm 2027", True),
        (WIDE, "về tuyên truyền điển hình tiên tiến giai đoạn 2021 – 2030", False),
        (WIDE, "về tuyên truyền điển hình tiên tiến giai đoạn từ năm 2024 đến năm 2027", False),
        (WIDE, "về tuyên truyền điển hình tiên tiến", False),
        (WIDE, "về việc tổng kết phong trào ngày 15/12/2024", False),
        ("Tuyên truyền gương điển hình năm 2024", "về tuyên truyền năm 2024", False),
        ("Tuyên truyền gương điển hình năm 2024", "về tuyên truyền nhiệm kỳ 2020 - 2025", False),
        ("Tuyên truyền gương điển hình tiên tiến", "về tuyên truyền năm 2024", False),
    ],
)
def test_years_beyond_the_basis(title: str, says: str, wider: bool) -> None:
    assert ("period-wider-than-basis" in found(title=title, basis=BASIS.format(says=says))) is wider


def test_one_basis_that_covers_all_is_enough() -> None:
    two = (
        "Căn cứ Kế hoạch số 70/KH-UBND ngày 02/01/2024 của UBND tỉnh về tuyên truyền năm 2024; Chương trình số"
        " 15/CTr-UBND ngày 02/01/2024 của UBND tỉnh giai đoạn 2021 - 2030; Sở Nội vụ xây dựng Kế hoạch như sau:"
    )

    assert "period-wider-than-basis" not in found(title=WIDE, basis=two)


def test_a_directive_limits_no_years() -> None:
    directive = "Thực hiện Chỉ thị số 05/CT-UBND ngày 02/01/2024 của UBND tỉnh về thi đua năm 2024, Sở Nội vụ đề ra:"

    assert "period-wider-than-basis" not in found(title=WIDE, basis=directive)


def test_what_is_known_of_the_basis_goes_before_its_sentence() -> None:
    says_one_year = BASIS.format(says="về tuyên truyền năm 2024")
    says_nothing = BASIS.format(says="về tuyên truyền")

    covered = found(Known(basis_periods={"70/KH-UBND": (2021, None)}), title=WIDE, basis=says_one_year)
    wider = found(Known(basis_periods={"70/KH-UBND": (2024, 2025)}), title=WIDE, basis=says_nothing)

    assert "period-wider-than-basis" not in covered
    finding = wider["period-wider-than-basis"]
    assert (finding.leaf, finding.quote) == ("period", "giai đoạn 2024 - 2027")
    assert finding.params == {"own": "2024 - 2027", "basis": "Kế hoạch 70/KH-UBND", "covered": "2024 - 2025"}
