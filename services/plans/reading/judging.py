"""Whether a text is a plan at all; what is none is refused rather than read badly."""

from __future__ import annotations

import re
from collections.abc import Callable

from services.plans.reading.heading import PLANS
from services.plans.reading.problems import NotAPlan, NotVietnamese
from services.plans.reading.reading import Reading

_VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
LEAST_SHARE = 0.08  # running Vietnamese has a quarter; a page of a web site less
_EMULATION = re.compile(
    r"thi đua|khen thưởng|điển hình|gương người tốt|nhân tố mới|mô hình mới|tuyên truyền", re.IGNORECASE
)


def plan_or_refusal(text: str, read: Callable[[str], Reading]) -> Reading:
    """The reading of a plan. Raises NotVietnamese, NotAPlan."""
    letters = len(_LETTER.findall(text))
    if len(_VIETNAMESE.findall(text)) < letters * LEAST_SHARE:
        raise NotVietnamese
    reading = read(text)
    kind = reading.document_type
    if kind is None or kind.value not in PLANS:
        raise NotAPlan
    if not (reading.title or reading.obligations or reading.cited) or not _EMULATION.search(text):
        raise NotAPlan
    return reading
