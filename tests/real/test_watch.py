"""What whoever watches the product sees: one approval is one trace through four processes and Kafka, and the doctor
names each process and server that is dead, paused or set wrong.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.native.cluster import NAMES, services
from deploy.native.process import Server
from services.commands.directory import import_document
from services.commands.doctor import examine
from services.commands.doctor.finding import Level
from services.plans.schemas import DirectoryDocument
from services.serving import servers as named_servers
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.notifications.receiver import newsroom
from tests.real.servers import Servers, ours_to_kill
from tests.walks import world
from tests.walks.collector import Collector, Told, collecting
from tests.walks.walker import Walker

pytestmark = [pytest.mark.xdist_group("real-watch"), pytest.mark.timeout(300)]
CALLER = "c" * 16
# names of attributes that may leave; ids are of facts, never of people
TOLD_OF = {
    *("http.request.method", "http.route", "http.response.status_code", "http.request.resend_count", "url.scheme"),
    *("messaging.system", "messaging.destination.name", "messaging.operation.name", "messaging.operation.type"),
    *("messaging.message.id", "messaging.consumer.group.name", "cloudevents.event_id", "cloudevents.event_type"),
    *("server.address", "network.protocol.name", "error.type"),
}


@dataclass
class Watched:
    """Four processes over three servers, the people at their doors, and who collects their spans."""

    settings: Settings
    servers: Servers
    processes: dict[str, Server]
    walker: Walker
    collector: Collector


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
async def watched(
    real: Servers, tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> AsyncIterator[Watched]:
    """Every service in a process of its own over the real servers, told where the collector is."""
    home = tmp_path_factory.mktemp("watched")
    settings = Settings(
        _env_file=None,
        home=home,
        database_url=real.postgres.url,
        bus_url=real.kafka.url,
        files_url=real.files.url,
        otlp_url=collector.url,
        allow_private_webhooks=True,
    )
    async with services(settings, home / "services") as processes:
        with named_servers(settings) as running:
            await import_document(running, DirectoryDocument.model_validate(world.directory(settings.auth_issuer)))
        addresses = {name: process.url for name, process in processes.items()}
        async with Walker(addresses, DevelopmentIssuer(settings), patience_s=30) as walker:
            await walker.until(walker.mai_has_her_office)
            yield Watched(settings, real, processes, walker, collector)


async def diagnosed(watched: Watched, **changed: str) -> dict[str, tuple[str, str, str]]:
    """(level, what is wrong, what to do) by part, without what is fine; it took less than fifteen seconds."""
    addresses = [process.url.rpartition("/")[0] for process in watched.processes.values()]
    settings = watched.settings.model_copy(update={"otlp_url": None, **changed})
    began = time.perf_counter()
    findings = await examine(settings, addresses)
    assert time.perf_counter() - began < 15
    return {one.part: (one.level, one.found, one.advice) for one in findings if one.level is not Level.FINE}


def address_of(watched: Watched, name: str) -> str:
    """The part by which the doctor names a process."""
    return f"address.{watched.processes[name].url.rpartition('/')[0]}"


async def test_the_doctor_finds_nothing_wrong_with_a_product_at_work(watched: Watched) -> None:
    async def well() -> bool:
        return await diagnosed(watched) == {}

    with suppress(AssertionError):  # readers that are still behind a moment after the start
        await watched.walker.until(well)
    assert await diagnosed(watched) == {}


async def approve(walker: Walker, path: str, trace_id: str) -> float:
    """A's decision, asked for within a trace of the caller's own; how long the answer took."""
    read = await walker.ask("an", "GET", "nominations", path)
    headers = {
        "authorization": f"Bearer {walker.issuer.mint('an')}",
        "if-match": read.headers["etag"],
        "traceparent": f"00-{trace_id}-{CALLER}-01",
    }
    began = time.perf_counter()
    url = f"{walker.addresses['nominations']}{path}/approval"
    answer = await walker.http.post(url, headers=headers, json={"recommend": False})
    assert answer.is_success, answer.text
    return time.perf_counter() - began


async def listening(walker: Walker, url: str) -> None:
    """A newsroom that wants to know what is published."""
    headers = {"authorization": f"Bearer {walker.issuer.mint('toa-soan', scope='publications')}"}
    wish = {"url": url, "events": ["lantoa.item.published.v1"]}
    door = f"{walker.addresses['notifications']}/v1/webhooks/{uuid4()}"
    assert (await walker.http.put(door, headers=headers, json=wish)).status_code == 201


def steps(spans: dict[str, Told], kind: str) -> set[tuple[str, str, str]]:
    """(service, name, type of the fact) of the spans of one kind."""
    found = (span for span in spans.values() if span.kind == kind)
    return {(span.service, span.name, str(span.attributes.get("cloudevents.event_type", ""))) for span in found}


EXPECTED = {
    "SERVER": {("lantoa-nominations", "POST /nominations/v1/nominations/{id}/approval", "")},
    "PRODUCER": {
        ("lantoa-nominations", "send lantoa.nominations", "lantoa.nomination.approved.v1"),
        ("lantoa-nominations", "send lantoa.nominations", "lantoa.nomination.story_released.v1"),
        ("lantoa-nominations", "send lantoa.nominations", "lantoa.nomination.notice_prepared.v1"),
        ("lantoa-publicity", "send lantoa.publicity", "lantoa.item.published.v1"),
    },
    "CONSUMER": {
        ("lantoa-plans", "process lantoa.nominations", "lantoa.nomination.approved.v1"),
        ("lantoa-notifications", "process lantoa.nominations", "lantoa.nomination.approved.v1"),
        ("lantoa-notifications", "process lantoa.nominations", "lantoa.nomination.notice_prepared.v1"),
        ("lantoa-publicity", "process lantoa.nominations", "lantoa.nomination.story_released.v1"),
        ("lantoa-nominations", "process lantoa.publicity", "lantoa.item.published.v1"),
        ("lantoa-notifications", "process lantoa.publicity", "lantoa.item.published.v1"),
    },
    "CLIENT": {("lantoa-notifications", "POST", "")},
}


async def complete(collector: Collector, trace_id: str) -> bool:
    """Everything expected has been told."""
    spans = collector.trace(trace_id)
    return all(steps(spans, kind) >= wanted for kind, wanted in EXPECTED.items())


async def test_an_approval_is_one_trace_through_four_services_and_kafka(watched: Watched) -> None:
    walker, trace_id = watched.walker, uuid4().hex
    async with newsroom() as room:
        await listening(walker, room.url)
        path = await walker.present()
        await walker.act("vinh", "nominations", path, "take-up")

        await approve(walker, path, trace_id)

        with suppress(AssertionError):  # what is missing is said below
            await walker.until(lambda: complete(watched.collector, trace_id))

    spans = watched.collector.trace(trace_id)
    assert {kind: steps(spans, kind) for kind in EXPECTED} == EXPECTED
    assert {span.service for span in spans.values()} == {f"lantoa-{name}" for name in NAMES}
    causes = {"SERVER": {""}, "PRODUCER": {"SERVER", "CONSUMER"}, "CONSUMER": {"PRODUCER"}, "CLIENT": {"CONSUMER"}}
    for span in spans.values():
        parent = spans.get(span.parent)
        assert (parent.kind if parent else "") in causes[span.kind], span
        if span.kind == "SERVER":
            assert span.parent == CALLER
        if parent and span.kind == "CONSUMER":
            assert parent.attributes["messaging.message.id"] == span.attributes["messaging.message.id"]
        assert not span.failed, span
        assert set(span.attributes) <= TOLD_OF, span


async def test_ids_in_addresses_and_what_people_search_for_stay_inside(watched: Watched) -> None:
    walker, trace_id = watched.walker, uuid4().hex
    url = f"{walker.addresses['nominations']}/v1/nominations/{uuid4()}?search=bi-mat"

    await walker.http.get(url, headers={"traceparent": f"00-{trace_id}-{CALLER}-01"})

    async def arrived() -> list[Told] | None:
        return list(watched.collector.trace(trace_id).values()) or None

    (span,) = await walker.until(arrived)
    assert span.name == "GET /nominations/v1/nominations/{id}"
    assert [value for value in span.attributes.values() if "bi-mat" in str(value)] == []


async def test_with_the_collector_gone_decisions_take_their_usual_time_and_the_loss_is_counted(
    watched: Watched,
) -> None:
    walker = watched.walker
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    watched.collector.stop()

    took_s = await approve(walker, path, uuid4().hex)

    nomination = await walker.read("mai", path)
    assert (await walker.shown(world.BODY, nomination))["title"] == nomination["title"]
    assert took_s < 2

    async def counted() -> bool:
        door = walker.addresses["publicity"].removesuffix("publicity")
        lines = (await walker.http.get(f"{door}metrics")).text.splitlines()
        return any(line.startswith('lantoa_spans_total{outcome="dropped"}') for line in lines)

    await walker.until(counted)
    logged = watched.processes["publicity"].log_since_start()
    assert logged.count("collector is away") == 1


async def test_a_service_that_is_dead_is_named(watched: Watched) -> None:
    watched.processes["plans"].kill()

    told = await diagnosed(watched)

    await watched.processes["plans"].start()
    assert told["process.plans"] == ("broken", "không chạy", "Khởi động «lantoa serve plans».")
    assert told[address_of(watched, "plans")][:2] == ("broken", "không có ai nghe ở đó")


async def test_a_service_that_is_paused_is_named_at_its_address_in_its_database_and_among_the_readers(
    watched: Watched,
) -> None:
    watched.processes["publicity"].pause()
    began = time.monotonic()
    await watched.walker.present()
    await asyncio.sleep(max(0.0, 11 - (time.monotonic() - began)))

    told = await diagnosed(watched)

    watched.processes["publicity"].resume()
    level, said, _ = told[address_of(watched, "publicity")]
    assert (level, said.partition(" trong")[0]) == ("broken", "nhận kết nối nhưng không trả lời")
    assert told["process.publicity"][2] == "Tiến trình publicity bị treo hoặc bị dừng (SIGSTOP): khởi động lại nó."
    assert told["readers.publicity"][1].startswith("đứng yên, còn ")


async def test_storage_that_is_named_wrong_is_told_by_its_own_word(watched: Watched) -> None:
    url = watched.settings.files_url or ""

    other_key = await diagnosed(watched, files_url=url.replace("://lantoa:", "://nobody:"))
    other_secret = await diagnosed(watched, files_url=url.replace("@", "x@"))
    other_bucket = await diagnosed(watched, files_url=f"{url}-khac")

    assert other_key["files"][1].endswith("sai khóa hoặc mật khẩu (InvalidAccessKeyId)")
    assert other_secret["files"][1].endswith("sai khóa hoặc mật khẩu (SignatureDoesNotMatch)")
    assert other_bucket["files"][1:] == (
        f"{url.rpartition('@')[2]}-khac: chưa có kho này (NoSuchBucket)",
        "Chạy «lantoa migrate».",
    )


async def test_topics_that_are_missing_or_set_wrong_are_told(watched: Watched) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=watched.settings.bus_url.removeprefix("kafka://"))
    await admin.start()
    wrong = {"max.message.bytes": "1000", "retention.ms": "3600000"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, "lantoa.plans", configs=wrong)])
    await admin.delete_topics(["lantoa.notifications"])
    await admin.close()

    told = await diagnosed(watched)

    assert told["kafka.topics"] == ("broken", "thiếu lantoa.notifications", "Chạy «lantoa migrate».")
    level, said, advice = told["kafka.lantoa.plans"]  # the later of its two faults
    assert (level, said.partition(":")[0]) == ("look", "chỉ giữ 0.0 ngày")
    assert "--entity-name lantoa.plans --add-config retention.ms=604800000" in advice


async def test_servers_that_are_paused_and_then_dead_are_told_apart_in_time(watched: Watched) -> None:
    servers = ours_to_kill(watched.servers)
    three = (servers.postgres, servers.kafka, servers.files)

    for server in three:
        server.pause()
    paused = await diagnosed(watched)
    for server in three:
        server.kill()
    for process in watched.processes.values():
        process.kill()
    dead = await diagnosed(watched)

    assert paused["database"][1].endswith("không trả lời trong 3 giây")
    assert paused["kafka"][1].startswith("nhận kết nối nhưng không trả lời")
    assert "nhận kết nối nhưng không trả lời" in paused["files"][1]
    assert "không kết nối được" in dead["database"][1]
    assert "không có ai nghe ở cổng ấy" in dead["kafka"][1]
    assert "không có ai nghe ở địa chỉ ấy" in dead["files"][1]
    assert dead["process"][1] == "không dịch vụ nào đang chạy"
