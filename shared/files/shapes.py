"""What passes between a store and its users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple
from urllib.parse import quote

from shared.text import fold

FORM_LIFETIME_S = 900
FIRST_BYTES = 4096
LOOKED_AT_BYTES = 256 * 1024  # at either end: a picture's size, an archive's list of parts
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp"})  # harmless inside a browser


@dataclass(frozen=True, slots=True)
class Upload:
    """A form to post: all `fields` first, then the bytes in the field `file`."""

    url: str
    fields: dict[str, str]
    expires_at: datetime
    method: Literal["POST"] = "POST"


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in the store under a key."""

    size_bytes: int
    sha256: str  # hexadecimal
    first_bytes: bytes
    last_bytes: bytes


class Fault(StrEnum):
    """Why nothing can be put into a store."""

    AWAY = "away"
    SILENT = "silent"
    KEY = "key"
    NO_PLACE = "no-place"
    FULL = "full"
    READ_ONLY = "read-only"
    OTHER = "other"


class Trial(NamedTuple):
    """What came of putting a few bytes and taking them away; without a fault it went well."""

    fault: Fault | None
    detail: str = ""


def disposition(name: str, media_type: str) -> str:
    """Content-Disposition with the name in any script (RFC 6266, RFC 8187)."""
    kind = "inline" if media_type in SHOWN else "attachment"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in fold(name))
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
