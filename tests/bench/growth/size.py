"""How large a country's year is made: the whole of it, a share, or a few bodies for a test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.clock import now

SEED = 20_261_120


@dataclass(frozen=True, slots=True)
class Size:
    """The directory does not grow with the factor: the same bodies have more behind them."""

    provinces: int = 34
    communes: int = 3_321
    nominations: int = 1_000_000
    items: int = 300_000
    messages: int = 2_000_000
    days: int = 365
    until: datetime | None = None  # the last moment of the year; without one: now

    def times(self, factor: float) -> Size:
        """A share of the year's work, by the same bodies."""
        scaled = {name: round(getattr(self, name) * factor) for name in ("nominations", "items", "messages")}
        return replace(self, **scaled)

    def ending(self, moment: datetime) -> Size:
        """With its last moment fixed."""
        return replace(self, until=moment)

    @property
    def last(self) -> datetime:
        """The year ends here, to the minute."""
        return (self.until or now()).replace(second=0, microsecond=0)

    @property
    def first(self) -> datetime:
        """And begins here."""
        return self.last - timedelta(days=self.days)
