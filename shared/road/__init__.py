"""The event road: how a fact goes from a change in one service to its effect in another.

At least once on the wire, effectively once at the consumer, in order per aggregate.
"""

from shared.road.outbox import record

__all__ = ["record"]
