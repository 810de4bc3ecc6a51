"""What came of one attempt."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """`refused` may change later; `gone` and `impossible` will not; `blocked` never left the house."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"
    BLOCKED = "blocked"
    GONE = "gone"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`detail` is short and holds no content of the message."""

    result: Result
    duration_ms: int
    status_code: int | None = None
    detail: str | None = None
    retry_after_s: int | None = None


def since(started: float) -> int:
    """Milliseconds since a `time.perf_counter()`."""
    return round((time.perf_counter() - started) * 1000)
