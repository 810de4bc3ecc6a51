"""A small OTLP/HTTP collector: it reads what it is sent with the standard's own definitions and keeps it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status


@dataclass(frozen=True, slots=True)
class Told:
    """One span as it came; ids in hex, a root's `parent` is empty."""

    service: str
    kind: str
    name: str
    trace: str
    id: str
    parent: str
    ms: float
    failed: bool
    attributes: dict[str, str | int]


@dataclass
class Collector:
    """What was told so far; `url` is what the product is configured with."""

    url: str
    spans: list[Told] = field(default_factory=list)
    stop: Callable[[], None] = field(default=lambda: None)  # from now on nobody listens

    def trace(self, trace_id: str) -> dict[str, Told]:
        """The spans of a trace by id; one told twice (sent again) counts once."""
        return {span.id: span for span in self.spans if span.trace == trace_id}

    def take(self, body: bytes) -> None:
        """One export request."""
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _values(group.resource.attributes)["service.name"]
            for scope in group.scope_spans:
                self.spans += [_told(str(service), span) for span in scope.spans]


def _told(service: str, span: Span) -> Told:
    return Told(
        service,
        Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6,
        span.status.code == Status.STATUS_CODE_ERROR,
        _values(span.attributes),
    )


def _values(attributes: object) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for pair in attributes:  # type: ignore[attr-defined]  # a protobuf container
        assert isinstance(pair, KeyValue)
        found[pair.key] = pair.value.string_value or pair.value.int_value
    return found


@contextmanager
def collecting() -> Iterator[Collector]:
    """Listening on a free port of the loopback address."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["content-length"])))
            assert self.path == "/v1/traces"
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:  # not on the terminal
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    listening.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        listening.join(5)

    collector.stop = stop
    try:
        yield collector
    finally:
        stop()
