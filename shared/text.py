"""Vietnamese text: what is accepted, folding for search («dien hinh» finds «điển hình»), and slugs."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError

# Control characters but tab and line ends, marks that change the direction of writing, byte order marks
_CONTROL = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
PATTERN = f"^[^{_CONTROL}]*[^{_CONTROL}\\s][^{_CONTROL}]*$"  # what a document says of texts; it need not say all
MOST_MARKS = 4  # on one letter; Vietnamese has two
_FORBIDDEN = re.compile(f"[{_CONTROL}]")
# So many in a row that may be marks: those between hold none, and all of Vietnamese is there when composed.
_MAY_HEAP = re.compile(f"[^\\u0000-\\u02ff\\u1e00-\\u20cf]{{{MOST_MARKS + 1}}}")
_LINE_ENDS = re.compile("[\r\n\u2028\u2029]")


def fold(text: str) -> str:
    """Lower case without accent marks and what cannot be seen, đ as d, spaces single. The same for NFC and NFD."""
    apart = unicodedata.normalize("NFD", text.lower())
    plain = "".join(c for c in apart if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(plain.replace("đ", "d").split())


def slug(text: str) -> str:
    """A piece of an address: folded, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def visible(text: str) -> str:
    """NFC without what `clean` refuses: for what a document says, which nobody can be asked to write anew."""
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", text)).strip()


def clean(text: str) -> str:
    """NFC, outer space removed, line ends as `\\n`. Raises PydanticCustomError on forbidden characters."""
    if _FORBIDDEN.search(text):
        raise PydanticCustomError("control_characters", "holds control characters or marks of direction")
    if _MAY_HEAP.search(text) and _heaped(text):
        raise PydanticCustomError("heaped_marks", "heaps more marks on one letter than any language does")
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()


def _heaped(text: str) -> bool:
    """Judged before composing, whose time grows with the square of such a heap: seconds for one field."""
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run > MOST_MARKS:
            return True
    return False


def _line(text: str) -> str:
    if _LINE_ENDS.search(text):
        raise PydanticCustomError("not_one_line", "is more than one line")
    return _not_blank(text)


def _not_blank(text: str) -> str:
    if not any(unicodedata.category(letter)[0] not in "ZCM" for letter in text):
        raise PydanticCustomError("blank", "holds no text")
    return text


class _Told:
    """The document names the characters that are refused."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), "pattern": PATTERN}


# Length is judged before cleaning, so that nobody sends a megabyte of marks; what is only space is no text.
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=1000), AfterValidator(clean), AfterValidator(_line), _Told()
]
Paragraphs = Annotated[
    str, StringConstraints(min_length=1, max_length=50_000), AfterValidator(clean), AfterValidator(_not_blank), _Told()
]
Typed = Annotated[str, StringConstraints(max_length=200), AfterValidator(clean)]  # to find something; may be empty
