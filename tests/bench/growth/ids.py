"""Ids and moments as text, as COPY takes them and as the audit chain knows them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from uuid import UUID


class Ids:
    """As many UUIDv7 (RFC 9562) as are asked for; the same ones for the same seed and moments."""

    def __init__(self, seed: int) -> None:
        self._bits = Random(seed).getrandbits

    def at(self, second: int) -> str:
        """One of that moment."""
        ms, bits = second * 1000, self._bits(74)
        return (
            f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7{bits >> 62:03x}-"
            f"{0x8000 | bits >> 48 & 0x3FFF:04x}-{bits & 0xFFFFFFFFFFFF:012x}"
        )

    def uuid(self, second: int) -> UUID:
        """The same as a value."""
        return UUID(self.at(second))


@lru_cache(100_000)
def moment(second: int) -> str:
    """`2026-11-20 10:00:00+00:00`."""
    return str(datetime.fromtimestamp(second, UTC))
