"""PDF files with a text layer, line by line; a wide gap within a line separates columns."""

from __future__ import annotations

import ctypes
from threading import Lock
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from services.plans.reading.problems import FileBroken, FileLocked, NoText, TooLong

MOST_PAGES = 300
GAP = 2.2  # letter heights between two columns
LETTERS_A_PAGE = 12  # fewer than this on every page is a scan with a stamp on it
_one_at_a_time = Lock()  # the library is not made for several threads


def pdf_text(data: bytes, *, most: int) -> str:
    """Raises FileLocked, FileBroken, NoText, TooLong."""
    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise (FileLocked if "assword" in str(error) else FileBroken) from error
        try:
            return _text(document, most)
        except pypdfium2.PdfiumError as error:
            raise FileBroken from error
        finally:
            document.close()


def _text(document: Any, most: int) -> str:
    if len(document) > MOST_PAGES:
        raise TooLong
    pages: list[str] = []
    size = 0
    for page in document:
        letters = page.get_textpage()
        size += letters.count_chars()
        if size > most:
            raise TooLong
        pages.append(_lines(letters))
        letters.close()
        page.close()
    if sum(sum(map(str.isalpha, page)) for page in pages) < LETTERS_A_PAGE * max(1, len(pages)):
        raise NoText
    return "\n".join(pages)


def _lines(letters: Any) -> str:
    """In the order they were written, which keeps the cells of a table together."""
    written: list[str] = []
    before: tuple[float, float, float] | None = None  # right edge, base line, height of the last letter
    for i in range(letters.count_chars()):
        code = pdfium.FPDFText_GetUnicode(letters, i)
        letter = {0x02: "-", 0xFFFE: "-"}.get(code, chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else "")
        if letter in "\r":
            continue
        if letter.isspace():
            written.append(" " if letter != "\n" else letter)
            continue
        left, right, bottom, top = _box(letters, i)
        height = max(top - bottom, 4.0)
        if (
            before
            and abs(bottom - before[1]) < max(height, before[2]) * 0.7
            and left - before[0] > GAP * max(height, before[2])
        ):
            _column(written)
        written.append(letter)
        before = (right, bottom, height)
    return "".join(written)


def _column(written: list[str]) -> None:
    while written and written[-1] == " ":
        written.pop()
    if written and written[-1] != "\n":
        written.append("\t")


def _box(letters: Any, i: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(letters, i, left, right, bottom, top)
    return left.value, right.value, bottom.value, top.value
