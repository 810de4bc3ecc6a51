"""Whole plans, as they are and damaged: what is advised was looked at, quotes stand, and nothing takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.plans.linting import EndedBody, Known, Level, findings
from services.plans.reading import read_text
from services.plans.reading.reading import Reading
from tests.plans.reading.test_mutations import DAMAGE, PLANS, damages

FOLDER = Path(__file__).parents[1] / "reading"
FILES = sorted([*(FOLDER / "plans").glob("*.txt"), *(FOLDER / "held_back").glob("*.txt")])

# Every finding above a note on the texts of both folders; each was looked at and is true of its text.
ADVISED = {
    "101": ["deadline-on-day-off"],
    "103": ["cadence-vague", "plan-not-measurable"],
    "106": ["deadline-missing"],
    "107": ["cited-text-replaced"],
    "108": ["duty-incomplete"],
    "110": ["duty-incomplete"],
    "112": ["duty-incomplete"],
    "115": ["deadline-on-day-off"],
    "118": ["deadline-on-day-off"],
    "121": ["deadline-on-day-off"],
    "122": ["cadence-vague"],
    "123": ["duty-incomplete", "duty-incomplete"],
    "126": ["deadline-on-day-off"],
    "128": ["duty-incomplete"],
    "202": ["deadline-on-day-off"],
    "206": ["deadline-on-day-off"],
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:3])
def test_what_is_advised_of_a_whole_plan(path: Path) -> None:
    reading = read_text(path.read_text("utf-8-sig"))

    listed = [finding.kind for finding in findings(reading) if finding.level is not Level.NOTE]

    assert sorted(listed) == ADVISED.get(path.stem[:3], [])


def check(reading: Reading, known: Known) -> None:
    """Numbers in order, quotes where they say, leaves that exist."""
    listed = findings(reading, known)

    assert [finding.number for finding in listed] == list(range(1, len(listed) + 1))
    for finding in listed:
        assert "{" not in finding.sentence + finding.suggestion
        if finding.start is not None:
            assert reading.text[finding.start : finding.end] == finding.quote
        if finding.leaf:
            name, _, place = finding.leaf.partition("/")
            assert not place or int(place) < len(getattr(reading, name))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLANS), damages, st.dates(date(1946, 1, 1), date(2199, 12, 31)) | st.none(), st.booleans())
def test_a_damaged_plan_is_looked_at_to_the_letter(
    plan: str, done: list[tuple[str, int]], on: date | None, gone: bool
) -> None:
    lines = plan.splitlines()
    for name, at in done:
        lines = DAMAGE[name](lines, at % len(lines)) if len(lines) > 1 else lines
    reading = read_text("\n".join(lines))
    named = [name for leaf in reading.obligations for name in [leaf.value.actor, *leaf.value.to] if name]
    ended = {name: EndedBody(name, date(1990, 1, 1), "Ủy ban mới") for name in named if gone}
    years = {leaf.value.code: (None, 2020) for leaf in reading.cited}

    check(reading, Known(on=on, number_taken_by="Kế hoạch khác", ended=ended, basis_periods=years))


@pytest.mark.parametrize(
    "years", ["năm 1900", "năm 2199", "giai đoạn 2199 - 1900", "giai đoạn 1946 - 2199", "từ năm 2030", ""]
)
def test_years_of_any_kind(years: str) -> None:
    sentence = "Các phòng báo cáo Sở Nội vụ trước ngày 31 hằng tháng; trước thứ Sáu hằng tuần; trước ngày 29/02/2023."

    check(read_text(f"KẾ HOẠCH\nTuyên truyền gương điển hình {years}\n\nI. TỔ CHỨC THỰC HIỆN\n\n{sentence}\n"), Known())


@pytest.mark.parametrize(
    "line",
    [
        "{i}. Phòng số {i} báo cáo kết quả về Sở Nội vụ trước ngày {d:02d} hằng tháng.",
        "- Phòng {i} báo cáo kết quả về Sở Nội vụ trước ngày {d:02d}/5/2024.",
        "{i}. Mỗi phòng giới thiệu ít nhất 01 gương (tập thể hoặc cá nhân) về Sở số {i} định kỳ.",
        "Thực hiện Nghị định số {i}/2023/NĐ-CP ngày 05/01/2024 về thi đua năm 2024.",
        "Quý I: Phòng {i}; Quý II: Ban {i}.",
        "{i}. Hàng quý, trường số {i} lựa chọn và giới thiệu từ 01 điển hình tiên tiến trở lên gửi về UBND số {i}.",
        "{i}. Các trường giới thiệu điển hình.\n{i}. Trường {i} báo cáo Sở số {i} và Giám đốc.",
        "các đơn vị mỗi phòng từng ban lựa chọn giới thiệu gương điển hình về Sở số {i}",
    ],
)
def test_twice_the_lines_are_about_twice_the_work(line: str) -> None:
    few, many = (_work("\n".join(line.format(i=i, d=i % 28 + 1) for i in range(count))) for count in (60, 120))

    assert many < few * 2.6


def _work(body: str) -> int:
    """Lines of code run, which a busy machine does not change."""
    reading = read_text(f"KẾ HOẠCH\nTuyên truyền gương điển hình năm 2024\n\nI. TỔ CHỨC THỰC HIỆN\n{body}\n")
    findings(reading)
    ran = 0

    def count(_frame: FrameType, _event: str, _about: Any) -> Callable[..., Any]:
        nonlocal ran
        ran += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        findings(reading)
    finally:
        sys.settrace(before)
    return ran
