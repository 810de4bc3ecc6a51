"""Files that mean harm, made here byte by byte; none is larger than a few hundred kilobytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PNG_START = b"\x89PNG\r\n\x1a\n"


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def document(**more: bytes) -> bytes:
    """The least that is a text document."""
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **more})


def bomb() -> bytes:
    """Some 400 MB of nothing in a text document; its parts share what they unpack to."""
    nothing = bytes(100 * 1024 * 1024)
    return document(**{f"word/media/{number}.bin": nothing for number in range(4)})


def locked() -> bytes:
    """A document whose parts say that they are encrypted."""
    raw = bytearray(document())
    place = raw.find(b"PK\x01\x02")
    while place >= 0:
        raw[place + 8] |= 1
        place = raw.find(b"PK\x01\x02", place + 4)
    return bytes(raw)


def png(width: int, height: int, *, rows: int = 1) -> bytes:
    """A grey picture that says it is this large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 1) * rows), 9)
    return PNG_START + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, *, before: bytes = b"") -> bytes:
    """A frame header, behind whatever segment stands before it."""
    segment = b"\xff\xe1" + struct.pack(">H", len(before) + 2) + before if before else b""
    return b"\xff\xd8" + segment + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(20) + b"\xff\xd9"


def webp(width: int, height: int) -> bytes:
    """An extended picture without any."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size
