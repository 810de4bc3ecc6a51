"""The words people read: periods as they are said, fields by their Vietnamese names, what a take-down means."""

from __future__ import annotations

from typing import get_args

import pytest

from services.nominations.schemas.asked import FieldName
from services.notifications.templates_text import FIELDS, period, say
from tests.notifications import factories as make


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("2026-Q4", "quý 4/2026"),
        ("2026-W07", "tuần 07/2026"),
        ("2026-H1", "6 tháng đầu năm 2026"),
        ("2026-H2", "6 tháng cuối năm 2026"),
        ("2026-11", "tháng 11/2026"),
        ("2026", "năm 2026"),
        ("wave-2", "đợt 2"),
        ("once", "một lần theo kế hoạch"),
    ],
)
def test_a_period_is_said_in_words(key: str, said: str) -> None:
    assert period(key) == said


def test_every_field_that_can_be_sent_back_has_a_name_for_people() -> None:
    assert set(get_args(FieldName)) - set(FIELDS) == set()


def test_a_banner_is_no_blanking() -> None:
    gone = make.gone(make.published())
    banner = gone.model_copy(update={"withdrawal": "withdrawn", "explanation": "Đang xác minh số liệu."})
    known = {gone.owner_id: "UBND đặc khu"}

    said = [say("item.withdrawn", known, fact=fact) for fact in (gone, banner)]

    assert [text.title for text in said] == ["Bài đã được gỡ khỏi kênh của UBND đặc khu"] * 2
    assert [text.body for text in said] == [
        "Một bài trên kênh của UBND đặc khu đã được gỡ hẳn; các kênh ấy không còn giữ nội dung nào của bài.\n"
        "Việc cần làm: nếu đơn vị đã đăng lại bài này ở nơi khác, xin gỡ cả ở đó. Mở hồ sơ để biết là bài nào.",
        "Một bài trên kênh của UBND đặc khu đã được gỡ khỏi danh sách tin; ai có đường dẫn vẫn đọc được, "
        "kèm lời giải thích: Đang xác minh số liệu.\n"
        "Chưa cần làm gì thêm. Nếu cần bổ sung, xin liên hệ biên tập viên của cơ quan đăng bài.",
    ]
