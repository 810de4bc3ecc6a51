"""Text typed for fonts of before Unicode (TCVN3 «.VnTime», VNI «VNI-Times»), turned into Unicode."""

from __future__ import annotations

import re
import unicodedata

# TCVN 5712:1993 VN3, byte order of its table as Latin letters
_TCVN3 = str.maketrans(
    dict(
        zip(
            "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ¡¢§£¤¥¦",
            "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ",
            strict=True,
        )
    )
)
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302", "ê": "\u0306",
    "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = dict(zip("ñÑôÔöÖæÆóÓòÒîÎ", "đĐơƠưƯỉỈĩĨịỊỵỴ", strict=True))
_VNI = re.compile(
    "(?P<base>[aeouyAEOUYôÔöÖ])(?P<mark>["
    + "".join(_VNI_MARKS)
    + "".join(_VNI_MARKS).upper()
    + "])|(?P<letter>["
    + "".join(_VNI_LETTERS)
    + "])"
)
# words no plan does without
_COMMON = re.compile(
    (
        r"(?<!\w)(?:của|và|các|được|về|kế hoạch|thi đua|khen thưởng|thực hiện|tuyên truyền|điển hình|đơn vị"
        r"|nhân dân|tổ chức|những|trong)(?!\w)"
    ),
    re.IGNORECASE,
)
SAMPLE = 20_000


def modern(text: str) -> str:
    """The text itself, or turned from the old encoding under which it reads as Vietnamese."""
    sample = text[:SAMPLE]
    ways = [(_hits(sample), text)]
    if ways[0][0] >= 3 and ways[0][0] * 300 >= len(sample):
        return text
    ways += [(_hits(way(sample)), way(text)) for way in (from_tcvn3, from_vni)]
    hits, best = max(ways, key=lambda each: each[0])
    return best if hits >= max(3, 2 * ways[0][0]) else text


def _hits(text: str) -> int:
    return len(_COMMON.findall(unicodedata.normalize("NFC", text)))


def from_tcvn3(text: str) -> str:
    """Capitals with tones were a font of their own («.VnTimeH»): among plain capitals all letters are."""
    return "\n".join(map(_capitals, text.split("\n"), text.translate(_TCVN3).split("\n")))


def _capitals(typed: str, line: str) -> str:
    """A line typed in capitals whole, else the words of it that were."""
    plain = [letter for letter in typed if letter.isascii() and letter.isalpha()]
    if plain and all(map(str.isupper, plain)):
        return line.upper()
    return re.sub(r"[^\W\d_]+", _capital_word, line)


def _capital_word(word: re.Match[str]) -> str:
    plain = [letter for letter in word[0] if letter.isascii()]
    return word[0].upper() if len(plain) > 1 and all(map(str.isupper, plain)) else word[0]


def from_vni(text: str) -> str:
    """A mark stands behind its letter."""
    return unicodedata.normalize("NFC", _VNI.sub(_vni_letter, text))


def _vni_letter(found: re.Match[str]) -> str:
    if found["letter"]:
        return _VNI_LETTERS[found["letter"]]
    base = _VNI_LETTERS.get(found["base"], found["base"])
    return base + _VNI_MARKS[found["mark"].lower()]
