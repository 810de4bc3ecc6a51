"""The one place that reads the clock: UTC instants, and days in Vietnam (+07:00, no summer time)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07:00")


def now() -> datetime:
    """This instant, aware, UTC."""
    return datetime.now(UTC)


def day(instant: datetime) -> date:
    """The calendar day of an instant in Vietnam."""
    return instant.astimezone(VIETNAM).date()


def today() -> date:
    """The calendar day in Vietnam."""
    return day(now())
