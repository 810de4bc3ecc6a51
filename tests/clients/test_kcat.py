"""kcat, a consumer written in C, reads the facts of publications from Kafka with their `ce_` headers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.clients.conftest import Product
from tests.clients.stories import CORRECTED, PUBLISHED, WITHDRAWN, Story, correct, publish, recall
from tests.clients.tools import from_debian, run

FORMAT = r"%p\t%o\t%k\t%h\t%s\n"  # partition, offset, key, headers, body


@dataclass(frozen=True)
class Record:
    """A record as kcat prints it."""

    partition: int
    offset: int
    key: str
    headers: dict[str, str]
    value: Any


async def records(product: Product, item_id: str) -> list[Record]:
    """All that the topic holds about an item, as it lies there."""
    brokers = urlsplit(product.servers.kafka.url).netloc
    kcat = from_debian("kcat")
    printed = await run(
        kcat, "-C", "-b", brokers, "-t", "lantoa.publicity", "-o", "beginning", "-e", "-q", "-f", FORMAT
    )
    return [found for line in printed.splitlines() if (found := _record(line)).key == item_id]


def _record(line: str) -> Record:
    partition, offset, key, headers, value = line.split("\t")
    named = dict(header.split("=", 1) for header in headers.split(","))
    return Record(int(partition), int(offset), key, named, json.loads(value) if value else None)


async def test_kcat_reads_the_life_of_an_item_in_order_with_its_headers(product: Product) -> None:
    from_debian("kcat")
    story = await publish(product.walker)
    await correct(product.walker, story)
    await recall(product.walker, story)

    found = await records(product, story.item_id)

    assert [record.headers["ce_type"] for record in found] == [PUBLISHED, CORRECTED, WITHDRAWN]
    assert [record.headers["ce_sequence"] for record in found] == ["0000000001", "0000000002", "0000000003"]
    assert len({record.partition for record in found}) == 1
    assert [record.offset for record in found] == sorted(record.offset for record in found)
    for record in found:
        _is_cloudevent_of(record, story)
    first = found[0].value
    assert (first["subject_name"], first["story"]["title"]) == (story.name, story.nomination["title"])
    assert first["nomination_id"] == story.nomination["id"]


def _is_cloudevent_of(record: Record, story: Story) -> None:
    said = record.headers
    assert (said["content-type"], said["ce_specversion"]) == ("application/json", "1.0")
    assert said["ce_source"] == f"/services/publicity/{story.item_id}"
    assert said["ce_subject"] == said["ce_partitionkey"] == record.key == story.item_id
    assert said["ce_time"].endswith("Z")
    assert said["ce_traceparent"].startswith("00-")
    assert {"ce_id", "ce_correlationid"} <= said.keys()
    assert ("ce_causationid" in said) == (said["ce_type"] != CORRECTED)  # an editor's own decision has no cause
