"""Spans for an OpenTelemetry collector, where one is named: a request, a fact's sending and handling, a delivery.

Their ids are those that travel anyway (`shared.context`); a span is only what is told of them when the work is over.
Names and attributes are OpenTelemetry's semantic conventions; no addresses with ids in them, nothing about people.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from shared import context
from shared.events import Envelope
from shared.settings import Settings

SAMPLED = 0x01  # W3C Trace Context, section 3.2.2.5.1


class Kind(Enum):
    """OpenTelemetry's names for who asks whom."""

    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


@dataclass(slots=True)
class Span:
    """A piece of work that is over or under way; `error` is its kind in one word."""

    service: str
    kind: Kind
    name: str
    traceparent: str
    parent_id: str | None
    began_ns: int
    ended_ns: int = 0
    attributes: dict[str, str | int] = field(default_factory=dict)
    error: str | None = None


class Sink(Protocol):
    """Takes spans without ever waiting."""

    def put(self, span: Span) -> None:
        """Takes it or drops it."""

    def close(self) -> None:
        """Sends what is left, within a time limit."""


class _Process:
    """What this process does with spans."""

    sink: Sink | None = None
    system = "memory"  # what carries facts


@contextmanager
def exporting(settings: Settings) -> Iterator[None]:
    """While the block lasts spans go to the collector that the settings name, if they name one."""
    if not settings.collector_url:
        yield
        return
    # heavy, and loaded only where somebody listens
    from shared.otlp import OtlpSink  # noqa: PLC0415

    sink = OtlpSink(settings.collector_url, settings.env)
    _Process.sink, _Process.system = sink, settings.bus_url.partition(":")[0]
    try:
        yield
    finally:
        _Process.sink = None
        sink.close()


@contextmanager
def span(service: str, kind: Kind, name: str, **attributes: str | int) -> Iterator[Span]:
    """The piece of work under way, told of when the block ends; attributes are named with `__` for a dot."""
    work = context.current()
    told = {name.replace("__", "."): value for name, value in attributes.items()}
    here = Span(service, kind, name, work.traceparent, work.parent_id, time.time_ns(), attributes=told)
    try:
        yield here
    except Exception as error:
        here.error = here.error or type(error).__name__
        raise
    finally:
        here.ended_ns = time.time_ns()
        _tell(here)


def _tell(ended: Span) -> None:
    if _Process.sink is not None and int(ended.traceparent[-2:], 16) & SAMPLED:
        _Process.sink.put(ended)


def followed() -> bool:
    """Whether somebody is told of spans in this process."""
    return _Process.sink is not None


def of_sending(recorded: str | None, fact_id: UUID) -> str | None:
    """The `traceparent` that a fact is sent with: however often it is sent, one span, numbered by the fact's own id."""
    return recorded and f"{recorded[:36]}{fact_id.hex[16:]}{recorded[52:]}"


def sent(service: str, recorded: Sequence[str | None], facts: Sequence[Envelope], *, began_ns: int) -> None:
    """Tells of facts that are on their way now; `recorded` are the traceparents of the work that recorded them."""
    if _Process.sink is None:
        return
    ended_ns = time.time_ns()
    for cause, fact in zip(recorded, facts, strict=True):
        if cause and fact.traceparent:
            parent_id = cause[36:52]
            name, told = f"send {fact.topic}", _about(fact, "send")
            _tell(Span(service, Kind.PRODUCER, name, fact.traceparent, parent_id, began_ns, ended_ns, told))


@contextmanager
def handling(service: str, fact: Envelope) -> Iterator[None]:
    """The handling of a fact that has arrived."""
    if _Process.sink is None:
        yield
        return
    with span(service, Kind.CONSUMER, f"process {fact.topic}") as here:
        here.attributes |= _about(fact, "process") | {"messaging.consumer.group.name": f"lantoa-{service}"}
        yield


@contextmanager
def posting(service: str, url: str, *, attempt: int) -> Iterator[Span]:
    """One attempt of a webhook; its host is a system's, its path may hold a secret."""
    host = urlsplit(url).hostname or ""
    with span(service, Kind.CLIENT, "POST", http__request__method="POST", server__address=host) as here:
        if attempt > 1:
            here.attributes["http.request.resend_count"] = attempt - 1
        yield here


def _about(fact: Envelope, operation: str) -> dict[str, str | int]:
    return {
        "messaging.system": _Process.system,
        "messaging.destination.name": fact.topic,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.message.id": str(fact.id),
        "cloudevents.event_id": str(fact.id),
        "cloudevents.event_type": fact.type,
    }
