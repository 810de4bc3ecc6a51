"""Receiving: a batch is one transaction of inbox, handlers and own facts; effectively once, in order per aggregate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from operator import attrgetter

from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Consumer
from shared.clock import now
from shared.db import Database
from shared.events import Envelope
from shared.road import outbox, parking
from shared.road.hearing import HandlerFailed, Hearer, Unwritten
from shared.road.places import Key, Place, advance, in_order, key_of, lock_places


class Receiver(Hearer):
    """Takes batches for one consumer. `receive` returns when every fact is handled or parked, and committed."""

    TRIES = 3

    def __init__(self, database: Database, consumer: Consumer) -> None:
        super().__init__(database, consumer)
        self.lag_s: dict[str, float] = {}  # by producer: how old its latest fact was when it was handled here

    async def receive(self, batch: Sequence[Envelope]) -> None:
        """Raises only what is transient: the caller gives the same batch again, without end."""
        waiting = [envelope for envelope in batch if envelope.service in self.consumer.producers]
        for attempt in range(1, self.TRIES + 1):
            if not waiting:
                break
            try:
                waiting = await self._attempt(waiting, attempt)
            except HandlerFailed:
                continue
            if waiting:
                await asyncio.sleep(0.2 * attempt)
        moment = now()
        self.lag_s |= {envelope.service: (moment - envelope.time).total_seconds() for envelope in batch}

    async def _attempt(self, batch: Sequence[Envelope], attempt: int) -> list[Envelope]:
        """First the whole, then a savepoint a key, last a savepoint a fact with parking; what must be tried again.

        Only the first lets rows wait until its end: afterwards a refused one must be found, each fact writes its own.
        """
        async with self.database.transaction() as session:
            places = await lock_places(session, map(key_of, batch))
            left = await self._take(session, batch, places, attempt)
            await advance(session, places)
        for key, place in places.items():
            if place.blocked and not left:
                await parking.drain(self, key, only_due=False, gaps_only=True)
        return left

    async def _take(
        self, session: AsyncSession, batch: Sequence[Envelope], places: dict[Key, Place], attempt: int
    ) -> list[Envelope]:
        left: list[Envelope] = []
        unwritten = Unwritten()
        of_key: dict[Key, list[Envelope]] = {}
        for envelope in sorted(batch, key=attrgetter("sequence")):
            of_key.setdefault(key_of(envelope), []).append(envelope)
        for key in sorted(of_key, key=in_order):
            facts, place = of_key[key], places[key]
            if attempt == 1:
                await self._in_order(session, facts, place, unwritten)
            elif attempt < self.TRIES:
                left += await self._whole_key(session, facts, place)
            else:
                await self._or_park(session, facts, place)
        await unwritten.write(session)
        return left

    async def _in_order(
        self, session: AsyncSession, facts: Sequence[Envelope], place: Place, unwritten: Unwritten | None = None
    ) -> None:
        for fact in facts:
            if (fact.sequence == place.last + 1 and not place.blocked) or (fact.represented and place.unknown):
                await self.handle(session, fact, unwritten)
                place.last = fact.sequence
            elif fact.sequence > place.last and fact.sequence not in place.parked:
                reason = parking.BEHIND if place.blocked else parking.GAP
                await parking.park(session, fact, reason)
                place.parked.add(fact.sequence)

    async def _whole_key(self, session: AsyncSession, facts: list[Envelope], place: Place) -> list[Envelope]:
        last, parked, mark = place.last, set(place.parked), outbox.mark(session)
        try:
            async with session.begin_nested():
                await self._in_order(session, facts, place)
        except HandlerFailed:
            outbox.rewind(session, mark)
            place.last, place.parked = last, parked
            return facts
        return []

    async def _or_park(self, session: AsyncSession, facts: list[Envelope], place: Place) -> None:
        for fact in facts:
            mark = outbox.mark(session)
            try:
                async with session.begin_nested():
                    await self._in_order(session, [fact], place)
            except HandlerFailed as failure:
                outbox.rewind(session, mark)
                await parking.park(session, fact, parking.FAILED, error=failure.__cause__)
                place.parked.add(fact.sequence)
