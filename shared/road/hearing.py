"""Handing one fact to the handler that a service has for it, and telling its fault from the weather."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from prometheus_client import Histogram
from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import at_once, tracing
from shared.bus import Consumer, Hearing, Rows, arrival
from shared.db import Database
from shared.events import Envelope
from shared.many import insert_each
from shared.telemetry import HANDLER_SECONDS
from shared.transient import is_transient

log = structlog.get_logger()
QUIETLY = nullcontext()


class HandlerFailed(Exception):
    """A handler's own fault, with the error as its cause; what is transient is raised as it is."""


class Unwritten:
    """Rows that facts of a batch have left and that are not in the database yet, by the statement that writes them."""

    def __init__(self) -> None:
        self._rows: dict[Insert, list[Mapping[str, Any]]] = {}

    def add(self, rows: Rows) -> None:
        """Behind those that are here."""
        self._rows.setdefault(rows.statement, []).extend(rows.values)

    async def write(self, session: AsyncSession) -> None:
        """One round trip a statement. Raises HandlerFailed: whose row it was shows when each is written alone."""
        if not self._rows:
            return
        try:
            for statement, values in self._rows.items():
                await insert_each(session, statement, values)
        except Exception as error:
            if is_transient(error):
                raise
            log.warning("rows of a batch refused", error=repr(error))
            raise HandlerFailed from error
        self._rows.clear()


@dataclass
class Hearer:
    """A consumer and the database in which it acts."""

    database: Database
    consumer: Consumer

    async def handle(self, session: AsyncSession, envelope: Envelope, unwritten: Unwritten | None = None) -> None:
        """Calls the fact's handler, if there is one and the fact still has content. Raises HandlerFailed.

        Where rows may wait unwritten, whoever is given a session finds them written: he sees all that came before.
        """
        hearing = self.consumer.hearings.get(envelope.type)
        if hearing is None or envelope.data is None or (envelope.represented and hearing.effects):
            return
        kept = unwritten is not None and hearing.rows is not None
        if unwritten is not None and not kept:
            await unwritten.write(session)
        # a function that sees nothing but the fact needs not know whose work it is, unless somebody follows it
        with QUIETLY if kept and not tracing.followed() else self._at_work(envelope):
            try:
                await self._call(session, hearing, envelope.data, unwritten=unwritten)
            except Exception as error:
                if is_transient(error):
                    raise
                log.warning("handler failed", type=envelope.type, source=envelope.source, error=repr(error))
                raise HandlerFailed from error

    @contextmanager
    def _at_work(self, envelope: Envelope) -> Iterator[None]:
        with arrival(envelope), tracing.handling(self.consumer.service, envelope):
            yield

    async def _call(self, session: AsyncSession, hearing: Hearing, data: bytes, *, unwritten: Unwritten | None) -> None:
        began, outcome = time.perf_counter(), "failed"
        try:
            fact = hearing.fact.model_validate_json(data)
            if hearing.rows is not None and unwritten is not None:
                unwritten.add(hearing.rows(fact))
            else:
                await hearing.handler(session, fact)
                if session.new or session.dirty or session.deleted:
                    await at_once.flush(session)
            outcome = "handled"
        finally:
            _timer(self.consumer.service, hearing.fact.type(), outcome).observe(time.perf_counter() - began)


@cache
def _timer(service: str, kind: str, outcome: str) -> Histogram:
    """The library looks labels up under a lock each time; there are few."""
    return HANDLER_SECONDS.labels(service, kind, outcome)
