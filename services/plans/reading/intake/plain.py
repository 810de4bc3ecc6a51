"""Plain text and Markdown: which encoding it was saved in."""

from __future__ import annotations

from services.plans.reading.problems import FileBroken, TooLong

_MARKS = [(b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")]
MOST_BYTES = 8 * 1024 * 1024  # more than this is no plan, whatever it is


def plain_text(data: bytes) -> str:
    """UTF-8, UTF-16, Windows-1258, or the letters of an old font in a one-byte encoding. Raises FileBroken, TooLong."""
    if len(data) > MOST_BYTES:
        raise TooLong
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    if b"\x00" in data and encoding != "utf-16":
        raise FileBroken
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return one_byte(data)


def one_byte(data: bytes) -> str:
    """Windows-1258 writes tones apart, so its text has combining marks; all else is taken as it stands."""
    try:
        vietnamese = data.decode("cp1258")
    except UnicodeDecodeError:
        vietnamese = ""
    if sum(vietnamese.count(mark) for mark in "\u0300\u0301\u0303\u0309\u0323") > len(vietnamese) // 40:
        return vietnamese
    return "".join(
        chr(byte) if byte < 0x80 or byte >= 0xA0 else bytes([byte]).decode("cp1252", "replace") for byte in data
    )
