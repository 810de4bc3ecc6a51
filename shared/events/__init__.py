"""The catalogue: every fact that travels, by its CloudEvents type."""

from __future__ import annotations

from typing import Any

from shared.events import nominations, notifications, plans, publicity
from shared.events.base import Envelope, Event, Part, Period, topic_of

CATALOGUE: dict[str, type[Event]] = {
    fact.type(): fact for fact in [*plans.FACTS, *nominations.FACTS, *publicity.FACTS, *notifications.FACTS]
}
PRODUCERS = ("plans", "nominations", "publicity", "notifications")


def outside(envelope: Envelope) -> dict[str, Any]:
    """A public fact as webhooks and catch-up give it out: the same id and number, without what is for the house only.

    One that was blanked has `data` null, and stays so.
    """
    told = envelope.structured()
    if told["data"] is not None:
        inside = CATALOGUE[envelope.type].inside
        told["data"] = {name: value for name, value in told["data"].items() if name not in inside}
    return told


__all__ = ["CATALOGUE", "PRODUCERS", "Envelope", "Event", "Part", "Period", "outside", "topic_of"]
