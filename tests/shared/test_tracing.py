"""Spans: told to whoever collects them, and to nobody's cost when nobody does."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from shared import context, otlp, tracing
from shared.events import Envelope
from shared.settings import Settings
from tests.walks.collector import Collector, collecting

TRACE, CALLER = "a" * 32, "b" * 16


def settings_with(url: str | None) -> Settings:
    return Settings(_env_file=None, otlp_url=url, bus_url="kafka://nowhere:9092")


def count(outcome: str) -> float:
    return REGISTRY.get_sample_value("lantoa_spans_total", {"outcome": outcome}) or 0


def a_request(flags: str = "01") -> context.Work:
    """One piece of work with its span, as a request has it."""
    with (
        context.work("viec-1", f"00-{TRACE}-{CALLER}-{flags}") as work,
        tracing.span("plans", tracing.Kind.SERVER, "GET", http__request__method="GET"),
    ):
        return work


def a_fact(work: context.Work) -> Envelope:
    """As it is sent when `work` recorded it."""
    fact_id = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    sending = tracing.of_sending(work.traceparent, fact_id)
    return Envelope(
        fact_id, "lantoa.duty.opened.v1", "plans", uuid4(), 1, datetime.now(UTC), b"{}", traceparent=sending
    )


@contextmanager
def silence() -> Iterator[str]:
    """A collector that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


def test_a_request_is_a_part_of_its_callers_trace(collector: Collector) -> None:
    with tracing.exporting(settings_with(collector.url)):
        work = a_request()

    (span,) = collector.spans
    assert (span.service, span.kind, span.name) == ("lantoa-plans", "SERVER", "GET")
    assert (span.trace, span.id, span.parent) == (TRACE, work.traceparent[36:52], CALLER)
    assert span.attributes == {"http.request.method": "GET"}


def test_log_lines_name_the_span_that_the_collector_knows(collector: Collector) -> None:
    with (
        tracing.exporting(settings_with(collector.url)),
        context.work(),
        tracing.span("plans", tracing.Kind.SERVER, "GET"),
    ):
        logged = context.in_logs()

    (span,) = collector.spans
    assert (logged["trace_id"], logged["span_id"]) == (span.trace, span.id)


def test_a_caller_who_does_not_sample_is_not_told_of(collector: Collector) -> None:
    with tracing.exporting(settings_with(collector.url)):
        a_request(flags="00")
        a_request()

    assert [span.trace for span in collector.spans] == [TRACE]


def test_the_handling_of_a_fact_is_a_part_of_its_sending_and_that_of_the_work_that_recorded_it(
    collector: Collector,
) -> None:
    with tracing.exporting(settings_with(collector.url)):
        work = a_request()
        fact = a_fact(work)
        tracing.sent("plans", [work.traceparent], [fact], began_ns=time.time_ns())
        with context.work("viec-1", fact.traceparent), tracing.handling("notifications", fact):
            pass

    request, sending, handling = sorted(collector.spans, key=lambda s: ["SERVER", "PRODUCER", "CONSUMER"].index(s.kind))
    assert (sending.parent, handling.parent) == (request.id, sending.id)
    assert (sending.id, sending.name) == (fact.id.hex[16:], "send lantoa.plans")
    assert handling.attributes["messaging.consumer.group.name"] == "lantoa-notifications"
    assert handling.attributes["messaging.system"] == "kafka"


def test_what_fails_is_told_as_failed_and_goes_on_failing(collector: Collector) -> None:
    with (
        tracing.exporting(settings_with(collector.url)),
        pytest.raises(ZeroDivisionError),
        context.work(),
        tracing.span("plans", tracing.Kind.CONSUMER, "process"),
    ):
        raise ZeroDivisionError

    (span,) = collector.spans
    assert (span.failed, span.attributes["error.type"], span.parent) == (True, "ZeroDivisionError", "")


@pytest.mark.parametrize(
    "strange", ["00-zz-yy-01", "00-" + "0" * 32 + "-" + "b" * 16 + "-01", "một-hai-ba-bốn", "x" * 9000]
)
def test_what_is_no_traceparent_begins_a_trace_of_its_own(collector: Collector, strange: str) -> None:
    with tracing.exporting(settings_with(collector.url)):
        work = context.current()
        fact = replace(a_fact(work), traceparent=strange)
        with context.work("viec-1", fact.traceparent), tracing.handling("notifications", fact):
            pass

    (span,) = collector.spans
    assert (span.parent, len(span.trace)) == ("", 32)


@pytest.mark.parametrize("away", ["nobody listens", "nobody answers"])
def test_a_collector_that_is_away_costs_nothing_but_the_spans(away: str) -> None:
    before = count("dropped")
    with silence() as silent:
        url = silent if away == "nobody answers" else "http://127.0.0.1:9"
        began = time.perf_counter()
        with tracing.exporting(settings_with(url)):
            for _ in range(100):
                a_request()
            working_s = time.perf_counter() - began
    ending_s = time.perf_counter() - began - working_s

    assert working_s < 1
    assert ending_s < otlp.GOODBYE_S + 1
    deadline = time.monotonic() + 2 * otlp.LIMIT_S
    while count("dropped") - before < 100 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert count("dropped") - before == 100


def test_what_comes_on_top_of_a_full_queue_is_dropped_and_counted() -> None:
    before = count("dropped")
    with silence() as url, tracing.exporting(settings_with(url)):
        for _ in range(otlp.WAITING + 2 * otlp.BATCH):
            a_request()
        dropped = count("dropped") - before

    assert 0 < dropped <= 2 * otlp.BATCH


def test_without_a_collector_nothing_that_would_send_is_even_loaded() -> None:
    asked = (
        "import sys; from services import serving; from shared.web import create_app\n"
        "heavy = ('opentelemetry.sdk', 'opentelemetry.exporter', 'requests')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60).stdout

    assert said == "[]\n"


def test_opentelemetrys_own_variable_names_the_collector_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")

    found: Any = [settings_with(url).collector_url for url in (None, "http://own:4318")]

    assert found == ["http://collector:4318", "http://own:4318"]
