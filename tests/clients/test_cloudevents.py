"""The CNCF's `cloudevents` package parses our facts: binary from Kafka, structured from every other exit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiokafka
import orjson
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from cloudevents.core.formats.json import JSONFormat

from tests.clients.conftest import Product
from tests.clients.stories import PUBLISHED, WITHDRAWN, Story, facts_of, publish, recall
from tests.clients.webhooks import subscribed
from tests.walks.walker import Walker

JSON = JSONFormat()
INSIDE = {"nominator_id", "approver_id", "next_organisation_id", "next_via_id"}


async def on_the_topic(product: Product, item_id: str) -> list[BaseCloudEvent]:
    """The records of an item, read from the beginning of the topic to its end now."""
    brokers = urlsplit(product.servers.kafka.url).netloc
    found = []
    async with aiokafka.AIOKafkaConsumer(
        "lantoa.publicity", bootstrap_servers=brokers, group_id=None, auto_offset_reset="earliest"
    ) as consumer:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                for record in (await consumer.getmany(partition, timeout_ms=500)).get(partition, []):
                    if record.key == item_id.encode():
                        message = KafkaMessage(dict(record.headers), record.key, record.value or b"")
                        found.append(from_kafka_event(message))
    return found


def is_ours(event: BaseCloudEvent, story: Story, kind: str) -> None:
    """What every exit says alike about a fact."""
    assert (event.get_specversion(), event.get_type(), event.get_subject()) == ("1.0", kind, story.item_id)
    assert event.get_source() == f"/services/publicity/{story.item_id}"
    assert event.get_datacontenttype() == "application/json"
    moment = event.get_time()
    assert moment is not None
    assert moment.utcoffset() is not None
    assert event.get_extension("partitionkey") == story.item_id
    assert str(event.get_extension("sequence")).isdigit()


def data(event: BaseCloudEvent) -> dict[str, Any]:
    """The body, which is an object."""
    found = event.get_data()
    assert isinstance(found, dict), found
    return found


def lasting(event: BaseCloudEvent) -> dict[str, Any]:
    """Its attributes, without the step of the trace, which is another at each exit."""
    return {name: value for name, value in event.get_attributes().items() if name != "traceparent"}


async def block(lines: AsyncIterator[str]) -> dict[str, str]:
    """The fields of the next event of a stream."""
    found: dict[str, str] = {}
    async for line in lines:
        if not line and found:
            return found
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            found[name] = value
    raise AssertionError("the stream ended")


async def test_records_on_kafka_are_cloudevents_in_binary_mode(product: Product) -> None:
    story = await publish(product.walker)
    await recall(product.walker, story)

    published, withdrawn = await on_the_topic(product, story.item_id)

    is_ours(published, story, PUBLISHED)
    is_ours(withdrawn, story, WITHDRAWN)
    assert data(published)["subject_name"] == story.name
    assert data(withdrawn)["withdrawal"] == "gone"


async def test_catching_up_gives_the_same_events_structured(product: Product) -> None:
    walker = product.walker
    story = await publish(walker)

    (told,) = [JSON.read(None, orjson.dumps(fact)) for fact in await facts_of(walker, story.item_id)]

    (recorded,) = await on_the_topic(product, story.item_id)
    is_ours(told, story, PUBLISHED)
    assert lasting(told) == lasting(recorded)
    assert data(told) == {name: value for name, value in data(recorded).items() if name not in INSIDE}


async def test_what_is_gone_is_an_event_without_data(walker: Walker) -> None:
    story = await publish(walker)
    await recall(walker, story)

    events = [JSON.read(None, orjson.dumps(fact)) for fact in await facts_of(walker, story.item_id)]

    assert [(event.get_type(), event.get_data() is None) for event in events] == [(PUBLISHED, True), (WITHDRAWN, False)]


async def test_a_webhook_is_a_cloudevent_over_http(walker: Walker) -> None:
    async with subscribed(walker) as newsroom:
        story = await publish(walker)
        delivery = await newsroom.about(story.item_id)

        event = from_http_event(HTTPMessage(delivery.headers, delivery.body))

    is_ours(event, story, PUBLISHED)
    assert event.get_id() == delivery.headers["webhook-id"]
    assert data(event)["subject_name"] == story.name


async def test_an_event_of_the_stream_is_a_cloudevent(walker: Walker) -> None:
    address = f"{walker.addresses['publicity']}/v1/events/stream"
    async with walker.http.stream("GET", address, timeout=30) as answer:
        lines = answer.aiter_lines()
        beginning = await block(lines)
        story = await publish(walker)
        told = await block(lines)

    event = JSON.read(None, told["data"])
    assert beginning.keys() == {"id"}  # where listening begins, for who is cut off before the first event
    is_ours(event, story, PUBLISHED)
    assert (event.get_id(), event.get_type()) == (told["id"], told["event"])
