"""Text as it was typed for the fonts of before Unicode: letter by letter, from the tables of the two encodings."""

from __future__ import annotations

import unicodedata

# TCVN 5712:1993 VN3; capitals with tones have no code and are typed in a font of capitals
_TCVN3 = dict(
    zip(
        "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ",
        "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ¡¢§£¤¥¦",
        strict=True,
    )
)
_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_HATS = {
    "\u0302": {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"},
    "\u0306": {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"},
}
_ALONE = dict(zip("đĐỉỈĩĨịỊỵỴíÍìÌ", "ñÑæÆóÓòÒîÎíÍìÌ", strict=True))


def in_tcvn3(text: str) -> bytes:
    return "".join(_TCVN3.get(letter) or _TCVN3.get(letter.lower(), letter) for letter in text).encode(
        "latin-1", "replace"
    )


def in_vni(text: str) -> bytes:
    return "".join(map(_vni, text)).encode("latin-1", "replace")


def _vni(letter: str) -> str:
    if letter in _ALONE:
        return _ALONE[letter]
    apart = unicodedata.normalize("NFD", letter)
    base, marks = apart[0], apart[1:]
    hat = next((mark for mark in marks if mark in _HATS), "")
    tone = next((mark for mark in marks if mark in _TONES), "")
    if "\u031b" in marks:
        base = {"o": "ô", "O": "Ô", "u": "ö", "U": "Ö"}[base]
    mark = _HATS[hat][tone] if hat else _TONES.get(tone, "")
    return base + (mark.upper() if letter.isupper() else mark)
