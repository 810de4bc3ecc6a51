"""What a promise that was not kept looks like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """`promise` is its number; `about` is the nomination or aggregate, empty where it is about none; `at` is when."""

    promise: str
    about: str
    said: str
    at: float | None = None

    def __str__(self) -> str:
        return f"{self.promise}: {self.said}"
