"""What travels with a piece of work: correlation id, W3C `traceparent`, and the fact that caused it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Work:
    """One request or one fact being handled."""

    correlation_id: str
    traceparent: str
    causation_id: str | None = None
    parent_id: str | None = None  # the span that this work is a part of, somebody else's or ours


_current: ContextVar[Work | None] = ContextVar("lantoa_work", default=None)


def _fresh_traceparent() -> str:
    return f"00-{secrets.token_hex(16)}-{_span_id()}-01"


def _span_id() -> str:
    """Not from `random`, whose state belongs to whoever wants to repeat himself."""
    return secrets.token_hex(8)


def _child(traceparent: str) -> str:
    """The same trace, a new span (W3C Trace Context: version-trace-parent-flags)."""
    version, trace, _, flags = traceparent.split("-")
    return f"{version}-{trace}-{_span_id()}-{flags}"


def current() -> Work:
    """The work under way; work that nobody sent us (a clock, a command) starts a trace of its own."""
    work = _current.get()
    if work is None:
        work = Work(secrets.token_hex(16), _fresh_traceparent())
        _current.set(work)
    return work


@contextmanager
def work(
    correlation_id: str | None = None, traceparent: str | None = None, causation_id: str | None = None
) -> Iterator[Work]:
    """Everything recorded or logged inside belongs to this piece of work; what is no traceparent begins a new trace."""
    if traceparent and TRACEPARENT.fullmatch(traceparent):
        own, parent_id = _child(traceparent), traceparent.split("-")[2]
    else:
        own, parent_id = _fresh_traceparent(), None
    here = Work(correlation_id or secrets.token_hex(16), own, causation_id, parent_id)
    token = _current.set(here)
    try:
        yield here
    finally:
        _current.reset(token)


def in_logs() -> dict[str, str]:
    """What a log line says of the work under way; asked for by a line that is written, not by every piece of work."""
    here = _current.get()
    if here is None:
        return {}
    _, trace_id, span_id, _ = here.traceparent.split("-")
    return {"correlation_id": here.correlation_id, "trace_id": trace_id, "span_id": span_id}
