"""A small real picture and a small real PDF, made here, so that the demonstration uploads true files of its own."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 240, 160
SUN, SKY, SEA = (255, 214, 102), (250, 160, 90), (38, 94, 140)


def picture() -> bytes:
    """A PNG: the sun above the sea."""
    rows = b"".join(b"\0" + bytes(v for x in range(WIDTH) for v in _colour(x, y)) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _colour(x: int, y: int) -> tuple[int, int, int]:
    horizon = HEIGHT * 5 // 8
    if y > horizon:
        return SUN if abs(x - WIDTH // 2) < (y - horizon) // 2 and y % 6 < 2 else SEA
    if (x - WIDTH // 2) ** 2 + (y - horizon + 20) ** 2 < 34**2:
        return SUN
    return SKY


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def summary_pdf() -> bytes:
    """A PDF of one page; its standard font has no Vietnamese letters, so the words stand without marks."""
    text = b"BT /F1 16 Tf 60 760 Td (Tom tat thanh tich - du lieu minh hoa) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    return body + head + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
