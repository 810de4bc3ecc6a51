"""Facts packed into record batches, one or more a partition, before anything is sent: no await, no future a fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Protocol

from shared.events import Envelope

MASK = 0xFFFFFFFF
WORDS = Struct("<9I")  # a key is a UUID's 36 characters


class Builder(Protocol):
    """aiokafka's `BatchBuilder`: `append` gives None when it is full."""

    def append(
        self, *, timestamp: int, key: bytes, value: bytes | None, headers: Sequence[tuple[str, bytes]]
    ) -> object | None: ...

    def size(self) -> int: ...


@dataclass(slots=True)
class Load:
    """Records of one partition that go together, and where their facts stand in what is sent."""

    partition: int
    builder: Builder
    positions: list[int] = field(default_factory=list)


class OverLimit(Exception):
    """A fact larger than the broker takes; `loads` hold those before it."""

    def __init__(self, position: int, loads: list[Load]) -> None:
        super().__init__(f"fact {position} is too large")
        self.position, self.loads = position, loads


def pack(
    facts: Sequence[Envelope], partitions: Sequence[int], new_builder: Callable[[], Builder], *, limit_bytes: int
) -> list[Load]:
    """In order within a partition, which is chosen as every Kafka client does by default. Raises OverLimit."""
    loads: list[Load] = []
    filling: dict[int, Load] = {}
    for position, fact in enumerate(facts):
        key = str(fact.aggregate_id).encode()
        partition = partitions[murmur2(key) % len(partitions)]
        load = filling.get(partition)
        if load is None or not _append(load, key, fact):
            load = Load(partition, new_builder())
            _append(load, key, fact)  # an empty one takes a record of any size
            if load.builder.size() > limit_bytes:
                raise OverLimit(position, loads)
            filling[partition] = load
            loads.append(load)
        load.positions.append(position)
    return loads


def _append(load: Load, key: bytes, fact: Envelope) -> bool:
    milliseconds = int(fact.time.timestamp() * 1000)
    appended = load.builder.append(timestamp=milliseconds, key=key, value=fact.data, headers=fact.headers())
    return appended is not None


def murmur2(key: bytes) -> int:
    """Kafka's hash of a key, without its sign; aiokafka's own goes byte by byte and takes three times as long."""
    hashed = 0x9747B28C ^ len(key)
    for word in WORDS.unpack(key):
        mixed = word * 0x5BD1E995 & MASK
        mixed = (mixed ^ mixed >> 24) * 0x5BD1E995 & MASK
        hashed = (hashed * 0x5BD1E995 & MASK) ^ mixed
    hashed = (hashed ^ hashed >> 13) * 0x5BD1E995 & MASK
    return (hashed ^ hashed >> 15) & 0x7FFFFFFF
