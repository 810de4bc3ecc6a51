"""How far each key of each producer is: the inbox rows, taken under lock in sorted order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import plain
from shared.events import Envelope


class Key(NamedTuple):
    """One aggregate of one producer: what order is promised for."""

    producer: str
    aggregate_id: UUID


def in_order(key: Key) -> tuple[str, int]:
    """The order in which keys are taken, as PostgreSQL orders them; a UUID compares by Python code, its number by C."""
    return key.producer, key.aggregate_id.int


def key_of(envelope: Envelope) -> Key:
    """The key whose order this fact belongs to."""
    return Key(envelope.service, envelope.aggregate_id)


@dataclass
class Place:
    """How far a key is: `last` handled, and the numbers that wait in the parking."""

    last: int
    parked: set[int] = field(default_factory=set)

    @property
    def blocked(self) -> bool:
        """The next number has arrived before and could not be handled."""
        return self.last + 1 in self.parked

    @property
    def unknown(self) -> bool:
        """Nothing of it was ever handled and nothing waits: a represented fact may be the first."""
        return self.last == 0 and not self.parked


# A row that is there is locked, and stays as it is: PostgreSQL locks it before it looks at the condition.
LOCK = """
INSERT INTO inbox (producer, aggregate_id, last)
SELECT p, a, 0 FROM unnest($1::text[], $2::uuid[]) AS k(p, a) ORDER BY p, a
ON CONFLICT (producer, aggregate_id) DO UPDATE SET last = inbox.last WHERE false"""
STANDING = """
SELECT i.producer, i.aggregate_id, i.last,
       ARRAY(SELECT w.sequence FROM parked w WHERE w.producer = i.producer AND w.aggregate_id = i.aggregate_id)
FROM inbox i JOIN unnest($1::text[], $2::uuid[]) AS k(p, a) ON i.producer = k.p AND i.aggregate_id = k.a"""
ADVANCE = """
UPDATE inbox i SET last = k.l
FROM unnest($1::text[], $2::uuid[], $3::bigint[]) AS k(p, a, l)
WHERE i.producer = k.p AND i.aggregate_id = k.a AND i.last <> k.l"""


async def lock_places(session: AsyncSession, keys: Iterable[Key]) -> dict[Key, Place]:
    """Takes the inbox rows in sorted order, then how far they are: two consumers of one batch wait here in turn."""
    ordered = sorted(set(keys), key=in_order)
    named = [key.producer for key in ordered], [key.aggregate_id for key in ordered]
    line = await plain(session)
    await line.execute(LOCK, *named)
    found = await line.fetch(STANDING, *named)
    return {Key(producer, aggregate): Place(last, set(parked)) for producer, aggregate, last, parked in found}


async def advance(session: AsyncSession, places: dict[Key, Place]) -> None:
    """Writes how far each key is now."""
    await (await plain(session)).execute(
        ADVANCE,
        [key.producer for key in places],
        [key.aggregate_id for key in places],
        [place.last for place in places.values()],
    )
