"""Handing one fact to the handler that a service has for it, and telling its fault from the weather."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared import tracing
from shared.bus import Consumer, Hearing, arrival
from shared.db import Database
from shared.events import Envelope
from shared.telemetry import HANDLER_SECONDS
from shared.transient import is_transient

log = structlog.get_logger()


class HandlerFailed(Exception):
    """A handler's own fault, with the error as its cause; what is transient is raised as it is."""


@dataclass
class Hearer:
    """A consumer and the database in which it acts."""

    database: Database
    consumer: Consumer

    async def handle(self, session: AsyncSession, envelope: Envelope) -> None:
        """Calls the fact's handler, if there is one and the fact still has content. Raises HandlerFailed."""
        hearing = self.consumer.hearings.get(envelope.type)
        if hearing is None or envelope.data is None or (envelope.represented and hearing.effects):
            return
        with arrival(envelope), tracing.handling(self.consumer.service, envelope):
            try:
                await self._call(session, hearing, envelope.data)
            except Exception as error:
                if is_transient(error):
                    raise
                log.warning("handler failed", type=envelope.type, source=envelope.source, error=repr(error))
                raise HandlerFailed from error

    async def _call(self, session: AsyncSession, hearing: Hearing, data: bytes) -> None:
        began, outcome = time.perf_counter(), "failed"
        try:
            await hearing.handler(session, hearing.fact.model_validate_json(data))
            await session.flush()
            outcome = "handled"
        finally:
            labels = (self.consumer.service, hearing.fact.type(), outcome)
            HANDLER_SECONDS.labels(*labels).observe(time.perf_counter() - began)
