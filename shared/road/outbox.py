"""Recording: facts are collected in the session and written once, just before commit, as one statement."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import event, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from shared import context
from shared.clock import now
from shared.db import FACTS, RoadSession, new_id
from shared.errors import TooLarge
from shared.events.base import Event
from shared.wake import wake

LIMIT_BYTES = 900_000  # below the broker's limit, headers included: one oversized fact would stop a topic for ever


class Pending(NamedTuple):
    """A fact that waits for the commit, with the work that caused it (a batch of arrivals has several)."""

    fact: Event
    body: bytes | None  # None once blanked
    work: context.Work
    represented: bool = False


class FactTooLarge(TooLarge):
    """What was asked for would be a fact over 900 kB, which no broker takes. Params: `limit_bytes`."""


def record(session: AsyncSession, *facts: Event, represented: bool = False) -> None:
    """Facts beside the change, in the order given; `represented` ones tell a state anew. Raises FactTooLarge.

    Nothing is written before the commit of `session`, and nothing at all if it rolls back.
    """
    pending: list[Pending] = session.info.setdefault(FACTS, [])
    for fact in facts:
        body = orjson.dumps(fact.model_dump(mode="json"))
        if len(body) > LIMIT_BYTES:
            raise FactTooLarge(limit_bytes=LIMIT_BYTES)
        pending.append(Pending(fact, body, context.current(), represented))


def recorded(session: AsyncSession) -> list[Event]:
    """The facts that this session will write when it commits, in order."""
    return [pending.fact for pending in session.info.get(FACTS, [])]


def mark(session: AsyncSession) -> int:
    """Where the list of facts stands; `rewind` returns to it when a savepoint is rolled back."""
    return len(session.info.get(FACTS, []))


def rewind(session: AsyncSession, to: int) -> None:
    """Forgets what was recorded since `mark`."""
    del session.info.get(FACTS, [])[to:]


async def blank(session: AsyncSession, aggregate_id: UUID) -> None:
    """Takes the content out of an aggregate's facts, whether written, sent or still to be written.

    They keep their numbers and travel, or are given to whoever catches up, as `data: null`.
    """
    pending: list[Pending] = session.info.get(FACTS, [])
    pending[:] = [p._replace(body=None) if p.fact.aggregate_id == aggregate_id else p for p in pending]
    await session.execute(
        text("UPDATE outbox SET payload = NULL WHERE aggregateid = :aggregate_id"), {"aggregate_id": aggregate_id}
    )


# Sequences are taken sorted by aggregate: unsorted, writers on shared aggregates deadlock.
NUMBERED = """
INSERT INTO sequences (aggregate_id, last)
SELECT a, c FROM unnest(CAST(:aggregates AS uuid[]), CAST(:counts AS bigint[])) AS given(a, c) ORDER BY a
ON CONFLICT (aggregate_id) DO UPDATE SET last = sequences.last + excluded.last
RETURNING aggregate_id, last"""
TOLD = """
INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, sequence, time,
                    traceparent, correlation_id, causation_id, represented)
SELECT f.id, f.kind, f.aggregate, f.type, f.payload, n.last - f.from_end, f.time,
       f.traceparent, f.correlation_id, f.causation_id, f.represented
FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:aggregate_of AS uuid[]), CAST(:types AS text[]),
            CAST(:payloads AS bytea[]), CAST(:from_ends AS bigint[]), CAST(:times AS timestamptz[]),
            CAST(:traceparents AS text[]), CAST(:correlation_ids AS text[]), CAST(:causation_ids AS text[]),
            CAST(:represented AS boolean[]))
     WITH ORDINALITY AS f(id, kind, aggregate, type, payload, from_end, time,
                          traceparent, correlation_id, causation_id, represented, place)
JOIN numbered n ON n.aggregate_id = f.aggregate
ORDER BY f.place"""
PARTS = (text(NUMBERED).columns().cte("numbered"), text(TOLD).columns().cte("told"))  # of whichever statement writes
WRITE = select(literal(0)).add_cte(*PARTS)


def take(session: Session) -> dict[str, Any] | None:
    """The parameters of the facts recorded so far, to be written by the caller now; None if there are none."""
    pending: list[Pending] | None = session.info.get(FACTS)
    if not pending:
        return None
    parameters = _parameters(pending)
    pending.clear()
    session.info["lantoa.written"] = True
    return parameters


def _parameters(pending: list[Pending]) -> dict[str, Any]:
    facts, moment = [waiting.fact for waiting in pending], now()
    counts = Counter(fact.aggregate_id for fact in facts)
    left, from_ends = dict(counts), []
    for fact in facts:
        left[fact.aggregate_id] -= 1
        from_ends.append(left[fact.aggregate_id])
    aggregates = sorted(counts)
    return {
        "aggregates": aggregates,
        "counts": [counts[aggregate] for aggregate in aggregates],
        "ids": [new_id() for _ in facts],
        "kinds": [fact.aggregate for fact in facts],
        "aggregate_of": [fact.aggregate_id for fact in facts],
        "types": [fact.type() for fact in facts],
        "payloads": [waiting.body for waiting in pending],
        "from_ends": from_ends,
        "times": [moment] * len(facts),
        "traceparents": [waiting.work.traceparent for waiting in pending],
        "correlation_ids": [waiting.work.correlation_id for waiting in pending],
        "causation_ids": [waiting.work.causation_id for waiting in pending],
        "represented": [waiting.represented for waiting in pending],
    }


@event.listens_for(RoadSession, "before_commit")
def _write_facts(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint's facts wait for the whole: their numbers must be taken in sorted order, once
    if session.info.get(FACTS):
        session.flush()
        parameters = take(session)
        assert parameters is not None
        session.connection().execute(WRITE, parameters)


@event.listens_for(RoadSession, "after_commit")
def _wake_relay(session: Session) -> None:
    if session.info.pop("lantoa.written", False):
        wake(session.get_bind().engine.url.database)


@event.listens_for(RoadSession, "after_soft_rollback")
def _forget_facts(session: Session, previous: Any) -> None:
    if not session.in_nested_transaction() and not previous.nested:
        session.info.pop(FACTS, None)
