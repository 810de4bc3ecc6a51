"""The text of a file, whatever it was written with: told by its content, never by its name alone."""

from __future__ import annotations

import re
from pathlib import PurePath

from services.plans.reading.intake.docx import docx_text
from services.plans.reading.intake.html import html_text
from services.plans.reading.intake.legacy import modern
from services.plans.reading.intake.pdf import pdf_text
from services.plans.reading.intake.plain import plain_text
from services.plans.reading.problems import FileBroken, FileLocked, FormatUnknown, NoText, TooLong
from shared.errors import TooLarge

LIMIT_BYTES = 50 * 1024 * 1024
LIMIT_CHARACTERS = 400_000
LIMIT_LINES = 12_000
MOST_MARKS = 4  # on one letter; composing more takes time that grows with their square

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")
_OTHERS = (b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF", b"From: <Saved by", b"MIME-Version:")
_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta|div|article|p|table)\b", re.I | re.S
)
_HEAPED = re.compile(rf"[\u0300-\u036f]{{{MOST_MARKS + 1}}}")


def text_of(data: bytes, name: str = "") -> str:
    """The file's text, in Unicode.

    Raises TooLarge, FormatUnknown, FileBroken, FileLocked, NoText, TooLong.
    """
    if len(data) > LIMIT_BYTES:
        raise TooLarge(limit_bytes=LIMIT_BYTES)
    return checked(modern(_raw(data, PurePath(name).suffix.casefold())))


def checked(text: str) -> str:
    """Text that can be read in bounded time. Raises NoText, TooLong, FileBroken."""
    if len(text) > LIMIT_CHARACTERS or text.count("\n") > LIMIT_LINES:
        raise TooLong
    if _HEAPED.search(text):
        raise FileBroken
    if not any(map(str.isalpha, text)):
        raise NoText
    return text


def _raw(data: bytes, suffix: str) -> str:
    head = data[:1024]
    if b"%PDF-" in head:
        return pdf_text(data, most=LIMIT_CHARACTERS)
    if head.startswith(b"PK\x03\x04"):
        return docx_text(data, most=LIMIT_CHARACTERS)
    if head.startswith(_OLE):
        raise FileLocked if "EncryptedPackage".encode("utf-16-le") in data else FormatUnknown
    if head.startswith(_PICTURES):
        raise NoText
    if head.startswith(_OTHERS):
        raise FormatUnknown
    if suffix in {".pdf", ".docx"}:
        raise FileBroken
    if _HTML.match(data[:8192].removeprefix(b"\xef\xbb\xbf")) or suffix in {".html", ".htm", ".xhtml"}:
        return html_text(data)
    return plain_text(data)
