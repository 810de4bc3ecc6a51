"""What a process keeps of its database, so as not to ask again: bounded, dropped by the database itself, and soon old.

Triggers announce what a committed transaction changed (`lantoa_changed`); every process listens. Whatever is kept
is dropped by its tags, all of it when the line to the database is lost, and nothing is ever older than a second.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import asyncpg
import structlog
from sqlalchemy.engine import URL

CHANNEL = "lantoa_changed"
EVERYTHING = "*"
OLDEST_S = 1.0
MOST, MOST_BYTES = 1024, 16 * 1024 * 1024
HEARTBEAT_S = 2.0
LIMIT_S = 2.0
log = structlog.get_logger()


class Moment(NamedTuple):
    """When something was read: what changed since then must not be kept."""

    drops: int
    at: float


class Entry(NamedTuple):
    """A value with what it was made of."""

    value: Any
    size: int
    tags: tuple[str, ...]
    at: float


@dataclass
class Kept:
    """The memory of one process of one database; keeps nothing while nobody tells it of changes."""

    listening: bool = False
    _entries: OrderedDict[Hashable, Entry] = field(default_factory=OrderedDict)
    _by_tag: dict[str, set[Hashable]] = field(default_factory=dict)
    _drops: int = 0
    _bytes: int = 0

    def get(self, key: Hashable) -> Any:
        """None when it is not kept, or too old."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if time.monotonic() - entry.at > OLDEST_S:
            self._remove(key)
            return None
        return entry.value

    def moment(self) -> Moment:
        """To be taken before the database is asked."""
        return Moment(self._drops, time.monotonic())

    def put(self, key: Hashable, value: Any, *, tags: Iterable[str], since: Moment, size: int = 0) -> None:
        """Keeps what was read at `since`, unless anything changed meanwhile."""
        if not self.listening or since.drops != self._drops:
            return
        self._remove(key)
        entry = Entry(value, size, tuple(tags), since.at)
        self._entries[key], self._bytes = entry, self._bytes + size
        for tag in entry.tags:
            self._by_tag.setdefault(tag, set()).add(key)
        while len(self._entries) > MOST or self._bytes > MOST_BYTES:
            self._remove(next(iter(self._entries)))

    def drop(self, tag: str) -> None:
        """Everything made of it; `*` is everything."""
        self._drops += 1
        for key in list(self._entries if tag == EVERYTHING else self._by_tag.get(tag, ())):
            self._remove(key)

    def _remove(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._bytes -= entry.size
        for tag in entry.tags:
            keys = self._by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._by_tag[tag]


async def listen(kept: Kept, url: URL) -> None:
    """Until the connection is lost: then nothing is kept any more. Raises what asyncpg and the network raise."""
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    line = await asyncpg.connect(
        dsn, timeout=LIMIT_S, command_timeout=LIMIT_S, server_settings={"application_name": "lantoa-keeping"}
    )
    try:
        await line.add_listener(CHANNEL, lambda *told: kept.drop(told[-1]))
        line.add_termination_listener(lambda _: _forget(kept))
        kept.listening = True
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await line.fetchval("SELECT 1")
    finally:
        _forget(kept)
        with suppress(Exception):
            line.terminate()


def _forget(kept: Kept) -> None:
    kept.listening = False
    kept.drop(EVERYTHING)
