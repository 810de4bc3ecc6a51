"""A closer look at what was uploaded: pictures that fill a reader's memory, archives that are no document or burst."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from shared.files.kinds import DOCX, JPEG, PNG, WEBP, XLSX

MOST_PIXELS = 60_000_000  # what a good camera takes, and a half more
MOST_UNPACKED_BYTES = 300 * 1024 * 1024
MOST_PARTS = 5_000
PARTS = {DOCX: b"word/", XLSX: b"xl/"}
CONTENT_TYPES = b"[Content_Types].xml"
ENCRYPTED = 1

END_OF_DIRECTORY, DIRECTORY_ENTRY = b"PK\x05\x06", b"PK\x01\x02"  # APPNOTE 4.3.16 and 4.3.12


def can_be_opened(media_type: str, first_bytes: bytes, last_bytes: bytes) -> bool:
    """Whether it can be shown or unpacked without harm, as far as its own description of itself goes."""
    if media_type in PARTS:
        return _is_document(last_bytes, PARTS[media_type])
    size = SIZES.get(media_type)
    return size is None or (found := size(first_bytes)) is None or found[0] * found[1] <= MOST_PIXELS


def _png(first: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack(">II", first[16:24].ljust(8, b"\0"))
    return (width, height) if first[12:16] == b"IHDR" else None


def _jpeg(first: bytes) -> tuple[int, int] | None:
    """From the frame header (ITU T.81 B.2.2); other segments are passed over by their lengths."""
    place = 2
    while place + 9 <= len(first) and first[place] == 0xFF:
        marker, length = first[place + 1], int.from_bytes(first[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", first[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None


def _webp(first: bytes) -> tuple[int, int] | None:
    """RFC 9649: three kinds of first chunk, each with the size at another place."""
    kind, rest = first[12:16], first[20:30].ljust(10, b"\0")
    if kind == b"VP8X":
        return int.from_bytes(rest[4:7], "little") + 1, int.from_bytes(rest[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(rest[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", rest[6:10])
    return (width & 0x3FFF, height & 0x3FFF) if kind == b"VP8 " else None


SIZES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {PNG: _png, JPEG: _jpeg, WEBP: _webp}


def _is_document(last: bytes, part: bytes) -> bool:
    """An office document names its content types and holds its own kind of part; nothing in it is secret or huge."""
    parts = list(_parts(last))
    names = [name for name, _, _ in parts]
    return (
        CONTENT_TYPES in names
        and any(name.startswith(part) for name in names)
        and len(parts) <= MOST_PARTS
        and sum(size for _, size, _ in parts) <= MOST_UNPACKED_BYTES
        and not any(flags & ENCRYPTED for _, _, flags in parts)
    )


def _parts(last: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, unpacked size and flags of each entry; none where the end of the file is no archive's."""
    end = last.rfind(END_OF_DIRECTORY)
    if end < 0 or end + 22 > len(last):
        return
    place = end - int.from_bytes(last[end + 12 : end + 16], "little")
    while place >= 0 and place + 46 <= end and last[place : place + 4] == DIRECTORY_ENTRY:
        flags, size = last[place + 8], int.from_bytes(last[place + 24 : place + 28], "little")
        name, extra, comment = struct.unpack("<HHH", last[place + 28 : place + 34])
        yield last[place + 46 : place + 46 + name], size, flags
        place += 46 + name + extra + comment
