"""What files of a media type begin with: a file that is not what it was announced as is refused."""

from __future__ import annotations

import codecs
import re

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
TEXT, MARKDOWN, HTML = "text/plain", "text/markdown", "text/html"

PICTURES = frozenset({PNG, JPEG, WEBP})
DOCUMENTS = frozenset({PDF, DOCX, XLSX, TEXT, MARKDOWN, HTML})

SIGNATURES = {
    PDF: re.compile(rb"%PDF-\d"),
    PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    JPEG: re.compile(rb"\xff\xd8\xff"),
    WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
    DOCX: re.compile(rb"PK\x03\x04"),
    XLSX: re.compile(rb"PK\x03\x04"),
    HTML: re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|!--|\?xml)", re.IGNORECASE),
}
TEXTS = frozenset({TEXT, MARKDOWN, HTML})


def is_what_it_says(media_type: str, first_bytes: bytes) -> bool:
    """Whether the first bytes fit the type; a type that is not known here never fits."""
    if media_type in TEXTS and not _is_text(first_bytes):
        return False
    signature = SIGNATURES.get(media_type)
    if signature is None:
        return media_type in TEXTS
    return signature.match(first_bytes) is not None


def _is_text(first_bytes: bytes) -> bool:
    """UTF-8 without NUL; the last character may be cut in two."""
    try:
        return "\x00" not in codecs.getincrementaldecoder("utf-8")().decode(first_bytes)
    except UnicodeDecodeError:
        return False
