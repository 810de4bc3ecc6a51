"""Word documents: paragraphs with their automatic numbers, tables cell by cell, nothing deleted or hidden twice.

The archive is unpacked only as far as a plan can be long, and the XML is read as a stream, so neither a bomb nor deep
nesting costs more than a plan does.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from services.plans.reading.intake.numbering import Numbering
from services.plans.reading.problems import FileBroken, FileLocked, FormatUnknown, TooLong

MOST_XML = 24 * 1024 * 1024
CHUNK = 256 * 1024
MOST_MEMBERS = 5_000
DEEPEST = 400
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_SKIPPED = frozenset(
    {"del", "moveFrom", "instrText", "delText", "Fallback", "footnoteReference", "pPrChange", "rPrChange"}
)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def docx_text(data: bytes, *, most: int) -> str:
    """Raises FormatUnknown, FileBroken, FileLocked, TooLong."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if "word/document.xml" not in names or len(names) > MOST_MEMBERS:
                raise FormatUnknown
            numbering = Numbering()
            if "word/numbering.xml" in names:
                numbering = Numbering.read(b"".join(_unpacked(archive, "word/numbering.xml")))
            return _text(_unpacked(archive, "word/document.xml"), numbering, most)
    except RuntimeError as error:  # the archive itself wants a password
        raise FileLocked from error
    except (zipfile.BadZipFile, ParseError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise FileBroken from error


def _unpacked(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Piece by piece; what unpacks to more than any plan is refused before it is whole."""
    total = 0
    if archive.getinfo(name).file_size > MOST_XML:
        raise TooLong
    with archive.open(name) as member:
        while piece := member.read(CHUNK):
            total += len(piece)
            if total > MOST_XML:
                raise TooLong
            if total == len(piece) and _DOCTYPE.search(piece[:4096]):
                raise FileBroken
            yield piece


@dataclass
class _Paragraph:
    letters: list[str] = field(default_factory=list)
    number: tuple[str, int] | None = None
    level: int = 0


@dataclass
class _Document:
    """What the stream has told so far. `cells` holds the lines of each open cell, `rows` the cells of each open row."""

    numbering: Numbering
    lines: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    rows: list[list[list[str]]] = field(default_factory=list)
    paragraphs: list[_Paragraph] = field(default_factory=list)
    size: int = 0

    def here(self) -> list[str]:
        return self.cells[-1] if self.cells else self.lines

    def end_paragraph(self) -> None:
        done = self.paragraphs.pop()
        text = "".join(done.letters)
        label = self.numbering.label(*done.number) if done.number and text.strip() else ""
        self.here().extend(f"{label} {text}".lstrip().split("\n") if label else text.split("\n"))
        self.size += len(text)

    def end_row(self) -> None:
        """A row of single lines is one line with columns; cells of several lines stand one below the other."""
        cells = [[line for line in cell if line.strip()] for cell in self.rows.pop()]
        if all(len(cell) <= 1 for cell in cells):
            self.here().append("\t".join(cell[0] if cell else "" for cell in cells))
        else:
            for cell in cells:
                self.here().extend([*cell, ""])


def _text(pieces: Iterator[bytes], numbering: Numbering, most: int) -> str:
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    document = _Document(numbering)
    skipped = depth = 0
    for piece in pieces:
        parser.feed(piece)
        for told in parser.read_events():
            event, element = str(told[0]), told[-1]
            if not isinstance(element, Element):
                continue
            name = element.tag.rpartition("}")[2]
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise FileBroken
            if name in _SKIPPED:
                skipped += 1 if event == "start" else -1
            elif not skipped:
                (_start if event == "start" else _end)(document, name, element)
            if event == "end":
                element.clear()
        if document.size > most:
            raise TooLong
    parser.close()
    return "\n".join(document.lines)


def _start(document: _Document, name: str, element: Element) -> None:
    match name:
        case "p":
            document.paragraphs.append(_Paragraph())
        case "tr":
            document.rows.append([])
        case "tc" if document.rows:
            document.cells.append([])


def _end(document: _Document, name: str, element: Element) -> None:
    paragraph = document.paragraphs[-1] if document.paragraphs else None
    match name:
        case "p" if paragraph:
            document.end_paragraph()
        case "tc" if document.cells and document.rows:
            document.rows[-1].append(document.cells.pop())
        case "tr" if document.rows:
            document.end_row()
        case "t" if paragraph:
            paragraph.letters.append(element.text or "")
        case "tab" | "ptab" if paragraph and not element.get(f"{_W}val"):
            paragraph.letters.append("\t")
        case "br" | "cr" if paragraph:
            paragraph.letters.append("\n")
        case "noBreakHyphen" if paragraph:
            paragraph.letters.append("-")
        case "ilvl" if paragraph:
            paragraph.level = _whole(_value(element))
        case "numId" if paragraph:
            paragraph.number = (_value(element), paragraph.level)


def _value(element: Element) -> str:
    return element.get(f"{_W}val") or element.get(f"{_STRICT}val") or ""


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 3 else 0
