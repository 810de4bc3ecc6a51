"""What passes between a store and its users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from shared.text import fold

FORM_LIFETIME_S = 900
FIRST_BYTES = 4096
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


def disposition(name: str, media_type: str) -> str:
    """Content-Disposition with the name in any script (RFC 6266, RFC 8187)."""
    kind = "inline" if media_type in SHOWN else "attachment"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in fold(name))
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
