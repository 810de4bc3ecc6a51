"""Packing: the partition every Kafka client would choose, in order, and nothing larger than the broker takes."""

from __future__ import annotations

import pytest
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.bus.packing import OverLimit, pack
from tests.shared.road.facts import aggregate, arrived

PARTITIONS = list(range(12))


def builder() -> BatchBuilder:
    return BatchBuilder(10_000, 0)


def test_a_fact_lies_where_any_kafka_client_would_look_for_its_key() -> None:
    facts = [arrived(aggregate(), 1) for _ in range(200)]

    loads = pack(facts, PARTITIONS, builder, limit_bytes=100_000)

    chosen = {position: load.partition for load in loads for position in load.positions}
    usual = DefaultPartitioner()
    assert [chosen[n] for n in range(200)] == [
        usual(str(fact.aggregate_id).encode(), PARTITIONS, PARTITIONS) for fact in facts
    ]


def test_what_does_not_fit_into_one_record_batch_goes_into_the_next_in_order() -> None:
    here = aggregate()
    facts = [arrived(here, number, title="x" * 1_000) for number in range(1, 41)]
    builders: list[BatchBuilder] = []

    def new() -> BatchBuilder:
        builders.append(builder())
        return builders[-1]

    loads = pack(facts, PARTITIONS, new, limit_bytes=100_000)

    assert len(loads) > 3
    assert [position for load in loads for position in load.positions] == list(range(40))
    assert [made.record_count() for made in builders] == [len(load.positions) for load in loads]


def test_a_fact_over_the_limit_is_named_and_those_before_it_are_packed() -> None:
    facts = [arrived(aggregate(), 1), arrived(aggregate(), 1, title="x" * 20_000), arrived(aggregate(), 1)]

    with pytest.raises(OverLimit) as refusal:
        pack(facts, PARTITIONS, builder, limit_bytes=15_000)

    assert refusal.value.position == 1
    assert [load.positions for load in refusal.value.loads] == [[0]]
