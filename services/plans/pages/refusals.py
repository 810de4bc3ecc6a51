"""What is wrong with what was typed, in the words of the page's own fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.plans.pages.bodies import BodyUnknown
from services.plans.pages.forms import label_of
from shared.errors import AppError
from shared.messages import say, say_field

# Where the sentence of the field speaks of JSON's names, the page says the same of its own.
OF_THE_PAGE = {
    "string_type": "chưa được điền",
    "missing": "chưa được điền",
    "enum": "chưa được chọn",
    "literal_error": "chưa được chọn",
    "not_a_day": "không phải ngày có thật; ghi như 28/9/2020, 9/2020 hoặc 2020",
    "string_pattern_mismatch": "chưa đúng dạng; ghi như 28/9/2020, 9/2020 hoặc 2020",
    "not_a_rule": "cần ngày từ 1 đến 31 và tháng từ 1 đến 12, ghi từng tháng như 3, 6, 9 hoặc III, VI",
    "period_not_clear": "cần năm bắt đầu và năm kết thúc, năm bắt đầu không muộn hơn",
    "deadline_not_clear": "còn thiếu ngày của hạn",
    "bearers_half_stated": "cần chọn cơ quan của quy tắc",
    "maximum_below_minimum": "số nhiều nhất nhỏ hơn số ít nhất",
    "date_does_not_recur": "việc lặp lại cần hạn lặp lại: chọn ngày trong tháng hoặc thứ trong tuần",
}


class Refusal(NamedTuple):
    """One thing to mend: the field's label (empty: the whole), and the sentence."""

    label: str
    sentence: str


def refusals(family: str, wrong: RequestValidationError | ValidationError | BodyUnknown | AppError) -> list[Refusal]:
    """Each once, in the order of the fields."""
    if isinstance(wrong, BodyUnknown):
        return [Refusal("", f"Danh bạ không có đúng một cơ quan tên «{wrong.name}». Hãy chọn trong gợi ý.")]
    if isinstance(wrong, AppError):
        return [Refusal("", say(wrong).detail)]
    return list(dict.fromkeys(_fields(family, wrong)))


def _fields(family: str, wrong: RequestValidationError | ValidationError) -> Iterator[Refusal]:
    for found in wrong.errors():
        names = [part for part in found["loc"] if isinstance(part, str)]
        labels = [label for name in reversed(names) if (label := label_of(family, name))]
        params = found.get("ctx", {})
        said = say_field(found["type"], params, "vi", otherwise="chưa hợp lệ")
        yield Refusal(labels[0] if labels else "", OF_THE_PAGE.get(found["type"], said))
