"""Vietnamese text: what is accepted, folding for search («dien hinh» finds «điển hình»), and slugs."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

# Control characters but tab and line ends, marks that change the direction of writing, byte order marks
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile("[\r\n\u2028\u2029]")


def fold(text: str) -> str:
    """Lower case without tone or accent marks, đ as d, spaces single. The same for NFC and NFD."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(plain.replace("đ", "d").split())


def slug(text: str) -> str:
    """A piece of an address: folded, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def clean(text: str) -> str:
    """NFC, outer space removed, line ends as `\\n`. Raises PydanticCustomError on forbidden characters."""
    if _FORBIDDEN.search(text):
        raise PydanticCustomError("control_characters", "holds control characters or marks of direction")
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()


def _line(text: str) -> str:
    if _LINE_ENDS.search(text):
        raise PydanticCustomError("not_one_line", "is more than one line")
    return _not_blank(text)


def _not_blank(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "holds no text")
    return text


# Length is judged before cleaning, so that nobody sends a megabyte of marks; what is only space is no text.
Line = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(clean), AfterValidator(_line)]
Paragraphs = Annotated[
    str, StringConstraints(min_length=1, max_length=50_000), AfterValidator(clean), AfterValidator(_not_blank)
]
