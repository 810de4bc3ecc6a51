"""The catalogue: every fact that travels, by its CloudEvents type."""

from __future__ import annotations

from shared.events import nominations, notifications, plans, publicity
from shared.events.base import Envelope, Event, Part, Period, topic_of

CATALOGUE: dict[str, type[Event]] = {
    fact.type(): fact for fact in [*plans.FACTS, *nominations.FACTS, *publicity.FACTS, *notifications.FACTS]
}
PRODUCERS = ("plans", "nominations", "publicity", "notifications")

__all__ = ["CATALOGUE", "PRODUCERS", "Envelope", "Event", "Part", "Period", "topic_of"]
