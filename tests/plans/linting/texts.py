"""A small plan with nothing to find, and what is found when one thing of it is said otherwise."""

from __future__ import annotations

from services.plans.linting import Finding, Known, findings
from services.plans.reading import read_text
from services.plans.reading.reading import Reading

NOMINATE = (
    "Hằng quý, mỗi phòng giới thiệu ít nhất 01 điển hình gửi về Sở Nội vụ trước ngày 15 của tháng cuối quý để tổng hợp."
)
WHOLE = {
    "number": "Số: 12/KH-SNV",
    "date": "Lai Châu, ngày 05 tháng 01 năm 2024",
    "title": "Tuyên truyền gương điển hình tiên tiến năm 2024",
    "basis": "Căn cứ Kế hoạch số 02/KH-UBND ngày 02/01/2024 của UBND tỉnh, Sở Nội vụ xây dựng Kế hoạch như sau:",
    "subjects": "Tập thể, cá nhân tiêu biểu trong các phong trào thi đua.",
    "duties": NOMINATE,
    "foot": "GIÁM ĐỐC\n\n\nTrần Văn Lâm",
}
TEXT = """SỞ NỘI VỤ
{number}
{date}

KẾ HOẠCH
{title}

{basis}

I. ĐỐI TƯỢNG

{subjects}

II. TỔ CHỨC THỰC HIỆN

{duties}

Nơi nhận:
- Các phòng;
- Lưu: VT.
{foot}
"""


def plan(**said: str) -> Reading:
    """The whole plan, with these parts said otherwise; several duties are joined by line ends."""
    return read_text(TEXT.format(**{**WHOLE, **said}))


def found(known: Known | None = None, /, **said: str) -> dict[str, Finding]:
    """By kind, but for what is always to be noted of recurring days; each kind at most once."""
    listed = [f for f in findings(plan(**said), known) if f.kind != "deadlines-on-days-off"]
    by_kind = {finding.kind: finding for finding in listed}
    assert len(by_kind) == len(listed), [finding.kind for finding in listed]
    return by_kind
