"""The Kafka bus keeps the promises of the memory bus: at least once, in order, effectively once at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import aiokafka
import pytest
from sqlalchemy import text

from shared.bus import Consumer, Undeliverable
from shared.bus.kafka import KafkaBus
from shared.db import Database, connect
from shared.events import Envelope
from shared.migrations import upgrade
from shared.road.inbox import Receiver
from shared.road.relay import Relay
from tests.real.servers import Servers, ours_to_kill
from tests.shared.road.facts import Ledger, aggregate, arrived, committed_facts, effects, fact
from tests.shared.road.promises import PROMISES
from tests.shared.road.test_relaying import running, until

pytestmark = pytest.mark.xdist_group("real-kafka_bus")


@pytest.fixture(scope="module")
async def road(real: Servers) -> AsyncIterator[Database]:
    """A database with the shared tables and one for effects, on the real server."""
    url = real.postgres.url.rsplit("/", 1)[0] + f"/road_{uuid4().hex[:8]}"
    await upgrade("shared", url)
    database = connect(url, application="test")
    async with database.engine.begin() as connection:
        await connection.execute(
            text("CREATE TABLE effects (position bigint GENERATED ALWAYS AS IDENTITY, aggregate uuid, title text)")
        )
    yield database
    await database.close()


@asynccontextmanager
async def kafka_bus(real: Servers) -> AsyncIterator[KafkaBus]:
    """A bus of its own, with the topics made."""
    bus = KafkaBus(real.kafka.url.removeprefix("kafka://"))
    await bus.prepare()
    try:
        yield bus
    finally:
        await bus.close()


def quiet_ledger(service: str) -> Ledger:
    """A consumer in a group of its own that only writes effects."""
    ledger = Ledger()
    ledger.echoes = False
    ledger.consumer = Consumer(f"{service}{uuid4().hex[:8]}", ledger.consumer.hearings)
    return ledger


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
async def test_kafka_keeps_the_promise_that_every_bus_keeps(
    real: Servers, road: Database, promise: Callable[..., Awaitable[None]]
) -> None:
    async with kafka_bus(real) as bus:
        await promise(bus, road, quiet_ledger("hearer"), limit_s=45)


async def test_two_consumers_of_one_group_double_nothing_when_one_leaves_in_the_middle(
    real: Servers, road: Database
) -> None:
    ledger, keys = quiet_ledger("leaving"), [aggregate() for _ in range(30)]
    async with kafka_bus(real) as bus, kafka_bus(real) as other:
        await bus.subscribe(ledger.consumer, Receiver(road, ledger.consumer).receive)
        await other.subscribe(ledger.consumer, Receiver(road, ledger.consumer).receive)
        async with running(Relay(road, bus, "nominations")):
            for number in range(10):
                await committed_facts(road, *(fact(key, str(number)) for key in keys))
                if number == 4:
                    await other.unsubscribe(ledger.consumer)

            async def all_there() -> bool:
                return all([len(await effects(road, key)) >= 10 for key in keys])

            await until(all_there, limit_s=45)

    assert [await effects(road, key) for key in keys] == [[str(n) for n in range(10)]] * 30


async def test_kafka_killed_in_the_middle_loses_nothing_and_keeps_the_order(real: Servers, road: Database) -> None:
    ours_to_kill(real)
    ledger, key = quiet_ledger("killed"), aggregate()
    async with kafka_bus(real) as bus:
        await bus.subscribe(ledger.consumer, Receiver(road, ledger.consumer).receive)
        async with running(Relay(road, bus, "nominations")):
            await committed_facts(road, *(fact(key, str(number)) for number in range(100)))
            real.kafka.kill()
            await committed_facts(road, *(fact(key, str(number)) for number in range(100, 200)))
            await real.kafka.start()

            async def all_there() -> bool:
                return len(await effects(road, key)) >= 200

            await until(all_there, limit_s=60)

    assert await effects(road, key) == [str(n) for n in range(200)]


async def test_a_producer_that_is_discarded_while_the_broker_says_nothing_leaves_nothing_running(real: Servers) -> None:
    """Left alone it would deliver what it holds once the broker is back, also what was recalled and blanked since."""
    ours_to_kill(real)
    async with kafka_bus(real) as bus:
        assert await bus.send("lantoa.nominations", [arrived(aggregate(), 1)]) == 1
        real.kafka.pause()
        sending = asyncio.create_task(bus.send("lantoa.nominations", [arrived(aggregate(), 1)]))
        await asyncio.sleep(0.5)
        sending.cancel()  # leadership is lost
        await asyncio.gather(sending, return_exceptions=True)
        left = [task.get_coro() for task in asyncio.all_tasks()]
        real.kafka.resume()

        assert await bus.send("lantoa.nominations", [arrived(aggregate(), 1)]) == 1

    assert [
        coro for coro in left if "aiokafka" in repr(coro) or "AIOKafka" in repr(coro) or "Sender" in repr(coro)
    ] == []


async def test_a_record_carries_cloudevents_headers_that_any_reader_understands(real: Servers) -> None:
    envelope = arrived(aggregate(), 7)
    async with kafka_bus(real) as bus:
        assert await bus.send("lantoa.nominations", [envelope]) == 1

    headers = dict((await _record_of(real, envelope.aggregate_id)).headers)
    assert headers["content-type"] == b"application/json"
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_id"] == str(envelope.id).encode()
    assert headers["ce_sequence"] == b"0000000007"
    assert headers["ce_type"] == b"lantoa.nomination.withdrawn.v1"


async def test_a_fact_over_the_limit_is_refused_for_good_and_those_before_it_arrive(real: Servers) -> None:
    before, after = arrived(aggregate(), 1), arrived(aggregate(), 1)
    oversized = arrived(aggregate(), 1, title="x" * 1_100_000)
    async with kafka_bus(real) as bus:
        with pytest.raises(Undeliverable) as refusal:
            await bus.send("lantoa.nominations", [before, oversized, after])

        assert refusal.value.position == 1
        assert await bus.send("lantoa.nominations", [before, after]) == 2


async def test_a_broker_that_is_away_is_not_an_error_of_the_sender(real: Servers) -> None:
    bus = KafkaBus("127.0.0.1:1")

    sent = await bus.send("lantoa.nominations", [arrived(aggregate(), 1)])

    assert (sent, await bus.healthy()) == (0, False)
    await bus.close()


async def _record_of(real: Servers, key: UUID) -> aiokafka.ConsumerRecord[bytes, bytes]:
    reader = aiokafka.AIOKafkaConsumer(
        "lantoa.nominations",
        bootstrap_servers=real.kafka.url.removeprefix("kafka://"),
        auto_offset_reset="earliest",
    )
    await reader.start()
    try:
        async with asyncio.timeout(20):
            async for record in reader:
                if record.key == str(key).encode():
                    return record
    finally:
        await reader.stop()
    raise AssertionError("the record did not come")


def test_a_record_that_is_no_fact_of_ours_is_told_apart() -> None:
    with pytest.raises(KeyError):
        Envelope.read([("x", b"y")], b"{}")
