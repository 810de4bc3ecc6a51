"""Wakes the loops of this process when something was committed for them, so that they need not poll to be quick."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from weakref import WeakSet

_waiting: dict[str, WeakSet[asyncio.Event]] = defaultdict(WeakSet)


def bell(name: str | None) -> asyncio.Event:
    """An event that `wake(name)` sets; the loop that owns it clears it."""
    event = asyncio.Event()
    _waiting[name or ""].add(event)
    return event


def wake(name: str | None) -> None:
    """Rings every bell of that name in this process."""
    for event in _waiting[name or ""]:
        event.set()
