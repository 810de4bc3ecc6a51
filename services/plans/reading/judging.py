"""Whether a text is a plan at all; what is none is refused rather than read badly."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import punctuation

from services.plans.reading.heading import PLANS
from services.plans.reading.problems import InAnotherLanguage, NotAPlan, NotVietnamese
from services.plans.reading.reading import Reading

_VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
LEAST_SHARE = 0.08  # running Vietnamese has a quarter; a page of a web site less
_SYLLABLE = re.compile(  # of Vietnamese without its marks, as in «Ke hoach tuyen truyen»
    r"(?:ngh?|nh|gh|gi|[ckpt]h|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?", re.IGNORECASE
)
_AROUND = punctuation + "“”‘’«»–—…"
FOREIGN_SHARE = 0.4  # of the words; plain English has 0.6, Vietnamese without its marks under 0.1
_EMULATION = re.compile(
    r"thi đua|khen thưởng|điển hình|gương người tốt|nhân tố mới|mô hình mới|tuyên truyền", re.IGNORECASE
)


def plan_or_refusal(text: str, read: Callable[[str], Reading]) -> Reading:
    """The reading of a plan. Raises InAnotherLanguage, NotVietnamese, NotAPlan."""
    letters = len(_LETTER.findall(text))
    if len(_VIETNAMESE.findall(text)) < letters * LEAST_SHARE:
        raise InAnotherLanguage if _in_another_language(text) else NotVietnamese
    reading = read(text)
    kind = reading.document_type
    if kind is None or kind.value not in PLANS:
        raise NotAPlan
    if not (reading.title or reading.obligations or reading.cited) or not _EMULATION.search(text):
        raise NotAPlan
    return reading


def _in_another_language(text: str) -> bool:
    """Whether its words are of letters everybody has, and cannot be Vietnamese that lost its marks.

    An old encoding shows in words that are not of such letters alone.
    """
    words = [word for token in text.split() if (word := token.strip(_AROUND)) and any(map(str.isalpha, word))]
    foreign = sum(word.isascii() and word.isalpha() and not _SYLLABLE.fullmatch(word) for word in words)
    return foreign >= FOREIGN_SHARE * len(words)
