"""Sending spans to a collector by OTLP over HTTP, from a thread of its own: it never waits for a collector."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from uuid import uuid4

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags
from prometheus_client import Counter

from shared.tracing import Span

log = structlog.get_logger()

WAITING = 8_192  # spans; what comes on top of them is dropped and counted
BATCH = 512
EVERY_S = 1.0
LIMIT_S = 3.0  # for one batch, with its repetitions
GOODBYE_S = 2.0
SPANS = Counter("lantoa_spans", "Spans sent to the collector, or dropped", ["outcome"])


class OtlpSink:
    """Keeps what is told and sends it every second; while the collector is away spans are lost, and nothing else."""

    def __init__(self, url: str, environment: str) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it tells of every try; we, of every change
        self._wire = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces", timeout=LIMIT_S)
        self._environment, self._instance = environment, str(uuid4())
        self._resource = cache(self._resource_of)
        self._waiting: queue.Queue[Span] = queue.Queue(WAITING)
        self._woken, self._ending = threading.Event(), threading.Event()
        self._reached = True
        self._thread = threading.Thread(target=self._run, name="spans", daemon=True)
        self._thread.start()

    def put(self, span: Span) -> None:
        """Takes it, or drops it when too many wait."""
        try:
            self._waiting.put_nowait(span)
        except queue.Full:
            SPANS.labels("dropped").inc()
        if self._waiting.qsize() >= BATCH:
            self._woken.set()

    def close(self) -> None:
        """What is left goes out within two seconds, or not at all."""
        self._ending.set()
        self._woken.set()
        self._thread.join(GOODBYE_S)
        self._wire.shutdown()  # type: ignore[no-untyped-call]
        SPANS.labels("dropped").inc(self._waiting.qsize())

    def _run(self) -> None:
        while not self._ending.is_set():
            self._woken.wait(EVERY_S)
            self._woken.clear()
            while batch := self._batch():
                self._send(batch)

    def _batch(self) -> list[Span]:
        return [self._waiting.get_nowait() for _ in range(min(self._waiting.qsize(), BATCH))]

    def _send(self, batch: Sequence[Span]) -> None:
        reached = self._exported(batch)
        SPANS.labels("sent" if reached else "dropped").inc(len(batch))
        if reached is not self._reached:
            self._reached = reached
            log.warning("collector answers again" if reached else "collector is away, spans are dropped")

    def _exported(self, batch: Sequence[Span]) -> bool:
        try:
            return self._wire.export([self._readable(span) for span in batch]) is SpanExportResult.SUCCESS
        except Exception:  # this thread outlives whatever one batch does to it
            log.exception("spans cannot be sent")
            return False

    def _readable(self, span: Span) -> ReadableSpan:
        _, trace_id, span_id, flags = span.traceparent.split("-")
        own = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(int(flags, 16)))
        parent = span.parent_id and SpanContext(int(trace_id, 16), int(span.parent_id, 16), is_remote=True)
        fault = {"error.type": span.error} if span.error else {}
        return ReadableSpan(
            span.name,
            context=own,
            parent=parent or None,
            resource=self._resource(span.service),
            attributes={**span.attributes, **fault},
            kind=SpanKind[span.kind.value],
            status=Status(StatusCode.ERROR if span.error else StatusCode.UNSET),
            start_time=span.began_ns,
            end_time=span.ended_ns,
        )

    def _resource_of(self, service: str) -> Resource:
        return Resource.create(
            {
                "service.name": f"lantoa-{service}",
                "service.version": version("lantoa"),
                "service.instance.id": self._instance,
                "deployment.environment.name": self._environment,
            }
        )
