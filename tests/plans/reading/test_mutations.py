"""Real plans, damaged as typing, scanning and converting damage them: no crash, exact quotes, and no quadratic work."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.plans.reading import read_plan, read_text
from services.plans.reading.page import composed
from shared.errors import AppError
from tests.plans.reading.test_hostile import words_of

HERE = Path(__file__).parent / "plans"
SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
PLANS = [path.read_text("utf-8-sig") for folder in (HERE, SEEDS) for path in sorted(folder.glob("*.txt"))]

Lines = list[str]
DAMAGE: dict[str, Callable[[Lines, int], Lines]] = {
    "a line lost": lambda lines, at: lines[:at] + lines[at + 1 :],
    "a line doubled": lambda lines, at: [*lines[: at + 1], *lines[at:]],
    "two lines swapped": lambda lines, at: [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]],
    "two lines joined": lambda lines, at: [*lines[:at], " ".join(lines[at : at + 2]), *lines[at + 2 :]],
    "a line cut in two": lambda lines, at: [*lines[:at], *_halves(lines[at]), *lines[at + 1 :]],
    "characters lost": lambda lines, at: [*lines[:at], lines[at][::2], *lines[at + 1 :]],
    "accents apart": lambda lines, at: [*lines[:at], unicodedata.normalize("NFD", lines[at]), *lines[at + 1 :]],
    "accents lost": lambda lines, at: [*lines[:at], lines[at].encode("ascii", "ignore").decode(), *lines[at + 1 :]],
    "tabs for spaces": lambda lines, at: [*lines[:at], lines[at].replace(" ", "\t"), *lines[at + 1 :]],
    "a page's foot": lambda lines, at: [*lines[:at], "", f"\f{at}", "", *lines[at:]],
    "in capitals": lambda lines, at: [*lines[:at], lines[at].upper(), *lines[at + 1 :]],
    "quotes open": lambda lines, at: [*lines[:at], f"“{lines[at]}(", *lines[at + 1 :]],
}
damages = st.lists(st.tuples(st.sampled_from(sorted(DAMAGE)), st.integers(0, 400)), min_size=1, max_size=12)


def _halves(line: str) -> Lines:
    return [line[: len(line) // 2], line[len(line) // 2 :]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLANS), damages)
def test_a_damaged_plan_is_read_to_the_letter_or_refused(plan: str, done: list[tuple[str, int]]) -> None:
    lines = plan.splitlines()
    for name, at in done:
        lines = DAMAGE[name](lines, at % len(lines)) if len(lines) > 1 else lines
    damaged = "\n".join(lines)

    try:
        reading = read_plan(damaged)
    except AppError:
        return

    assert reading.text == composed(damaged)
    assert [w for w in words_of(reading) if reading.text[w.start : w.end] != w.quote or not w.quote] == []


def test_tabs_between_the_words_of_every_name() -> None:
    for plan in PLANS:
        tabbed = plan.replace(" ", "\t")

        reading = read_text(tabbed)

        assert [w for w in words_of(reading) if reading.text[w.start : w.end] != w.quote] == []


@pytest.mark.parametrize(
    "line",
    [
        "{i}. Phòng số {i} báo cáo kết quả về Sở Nội vụ trước ngày 10 hằng tháng.",
        "Phong trào “Đoàn kết xây dựng khu phố thứ {i}”; cuộc vận động “Hướng về cơ sở {i}”.",
        "Đẩy mạnh phong trào thi đua xây dựng khu phố thứ {i} văn minh, sạch đẹp; phong trào dân vận khéo.",
        "- Tuyên truyền trên Báo Số {i}, Trang thông tin điện tử Phường {i}, Bản tin Xã {i}.",
        "Thực hiện Kế hoạch số {i}/KH-UBND ngày 05/01/2024 của UBND Phường {i} về thi đua.",
        "- Tiêu chí {i}: chấp hành tốt; Quý I: Phòng {i}; Quý II: Ban {i}.",
        "Thời hạn đối với điểm a, điểm b mục này: trước ngày 10/12/2024; các đơn vị {i} gửi 01 gương.",
        "Căn cứ tình hình thực tế của đơn vị {i}, hằng quý, trên cơ sở đó, nếu có, các phòng {i} theo dõi",
    ],
)
def test_twice_the_lines_are_about_twice_the_work(line: str) -> None:
    """Lines of code run are counted, which a busy machine does not change."""
    few, many = (_work("\n".join(line.format(i=i) for i in range(count))) for count in (80, 160))

    assert many < few * 2.4


def _work(body: str) -> int:
    text = f"KẾ HOẠCH\nTuyên truyền gương điển hình năm 2024\n\nI. HÌNH THỨC, TỔ CHỨC THỰC HIỆN\n{body}\n"
    read_text(text)  # what is made once, is made before
    ran = 0

    def count(_frame: FrameType, _event: str, _about: Any) -> Any:
        nonlocal ran
        ran += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        read_text(text)
    finally:
        sys.settrace(before)
    return ran
