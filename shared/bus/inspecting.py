"""What an operator asks of the broker: which topics there are, how they are set, how far each group is behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from shared.errors import Unavailable

LIMIT_S = 4.0  # for all the questions of one look
GOODBYE_S = 0.5


@dataclass(frozen=True, slots=True)
class Group:
    """How far a group's readers are: facts behind the end of their topics, and the sum of the offsets they reached."""

    behind: int
    reached: int


@dataclass(frozen=True, slots=True)
class Broker:
    """What the broker says: the settings of each topic that is there, and of each group asked for."""

    topics: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, Group]


async def inspect(servers: str, topics: Iterable[str], groups: Mapping[str, Iterable[str]]) -> Broker:
    """One look; `groups` names the topics that each group reads. Raises Unavailable."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=int(LIMIT_S * 1000))
    ends = AIOKafkaConsumer(bootstrap_servers=servers, group_id=None, request_timeout_ms=int(LIMIT_S * 1000))
    try:
        async with asyncio.timeout(LIMIT_S):
            await admin.start()
            await ends.start()
            there = sorted(set(topics) & set(await admin.list_topics()))
            settings = await _settings(admin, there)
            found = {
                name: await _group(admin, ends, name=name, topics=sorted(set(read) & set(there)))
                for name, read in groups.items()
            }
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(part="bus") from error
    finally:
        for part in (admin.close(), ends.stop()):
            with suppress(Exception):
                await asyncio.wait_for(part, GOODBYE_S)
    return Broker(settings, found)


async def _settings(admin: AIOKafkaAdminClient, topics: list[str]) -> dict[str, dict[str, str]]:
    if not topics:
        return {}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in topics])
    found: dict[str, dict[str, str]] = {}
    for answer in answers:
        for _, _, _, name, entries in answer.resources:
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


async def _group(admin: AIOKafkaAdminClient, ends: AIOKafkaConsumer, *, name: str, topics: list[str]) -> Group:
    partitions = [TopicPartition(topic, number) for topic in topics for number in await _numbers(admin, topic)]
    if not partitions:
        return Group(0, 0)
    reached: Any = await admin.list_consumer_group_offsets(name)
    first, last = await ends.beginning_offsets(partitions), await ends.end_offsets(partitions)
    there = {one: max(getattr(reached.get(one), "offset", -1), first[one]) for one in partitions}
    return Group(sum(max(last[one] - there[one], 0) for one in partitions), sum(there.values()))


async def _numbers(admin: AIOKafkaAdminClient, topic: str) -> list[int]:
    (described,) = await admin.describe_topics([topic])
    return [one["partition"] for one in described["partitions"]]
