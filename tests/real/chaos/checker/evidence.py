"""Everything the judge looks at, read with plain clients after all has come to rest."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from minio import Minio

SERVICES = ("plans", "nominations", "publicity", "notifications")
PARTITIONS = 12
COPY = ("x-chaos", b"again")  # how our own copies on a topic are known
READ_LIMIT_S = 120.0
COMMON = {
    "outbox": "SELECT * FROM outbox ORDER BY position",
    "sequences": "SELECT * FROM sequences",
    "inbox": "SELECT * FROM inbox",
    "parked": "SELECT * FROM parked",
    "audit": "SELECT * FROM audit ORDER BY position",
    "seals": "SELECT * FROM audit_seals ORDER BY number",
    "files": "SELECT * FROM files",
    "offices": "SELECT * FROM offices",
}
OWN = {
    "plans": {"presentations": "SELECT * FROM presentations"},
    "nominations": {
        "nominations": "SELECT * FROM nominations",
        "stations": "SELECT * FROM stations ORDER BY number",
        "items": "SELECT * FROM items",
    },
    "publicity": {
        "items": "SELECT * FROM items",
        "releases": "SELECT * FROM releases",
        "placements": "SELECT * FROM placements",
        "editions": "SELECT * FROM editions",
    },
    "notifications": {
        "messages": "SELECT * FROM messages",
        "deliveries": "SELECT * FROM deliveries",
        "endpoints": "SELECT * FROM webhook_endpoints",
    },
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """One record of a topic as a stranger reads it."""

    service: str
    id: str
    type: str  # without `lantoa.` and `.v1`
    aggregate: UUID
    sequence: int
    time: datetime
    correlation: str | None
    data: Any
    content: str | None
    partition: int
    offset: int


@dataclass
class Evidence:
    """What is left of a run."""

    tables: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    topics: dict[str, list[Fact]] = field(default_factory=dict)  # by service, in the order of partitions and offsets
    objects: dict[str, tuple[int, str]] = field(default_factory=dict)  # size and SHA-256 by key
    journal: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    portal: dict[str, str] = field(default_factory=dict)  # what the graph shows now, title by id
    manifest: dict[str, int] = field(default_factory=dict)  # the status of every item's own address
    heads: list[tuple[str, int, str]] = field(default_factory=list)  # what logs say of seals: service, number, hash

    def rows(self, service: str, table: str) -> list[Row]:
        """A table of a service."""
        return self.tables[service][table]

    def facts(self, service: str) -> list[Fact]:
        """The service's facts, each once, by aggregate in order of their numbers."""
        first: dict[tuple[UUID, int], Fact] = {}
        for fact in self.topics[service]:
            first.setdefault((fact.aggregate, fact.sequence), fact)
        return [first[key] for key in sorted(first)]


async def read_tables(database_url: str, service: str) -> dict[str, list[Row]]:
    """Every row of every table we judge by."""
    connection = await asyncpg.connect(f"{database_url}/lantoa_{service}", timeout=10, command_timeout=60)
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        questions = {**COMMON, **OWN[service]}
        return {name: [dict(row) for row in await connection.fetch(sql)] for name, sql in questions.items()}
    finally:
        await connection.close()


async def read_topic(server: str, service: str) -> list[Fact]:
    """From the first record to the last that is there now; copies that we sent ourselves left out."""
    reader = AIOKafkaConsumer(bootstrap_servers=server, auto_offset_reset="earliest")
    await reader.start()
    try:
        places = [TopicPartition(f"lantoa.{service}", number) for number in range(PARTITIONS)]
        reader.assign(places)
        ends = await reader.end_offsets(places)
        for place, offset in (await reader.beginning_offsets(places)).items():
            reader.seek(place, offset)
        found: list[Fact] = []
        async with asyncio.timeout(READ_LIMIT_S):
            while any([await reader.position(place) < ends[place] for place in places]):
                for records in (await reader.getmany(timeout_ms=500)).values():
                    found += [fact_of(service, record) for record in records if COPY not in record.headers]
    finally:
        await reader.stop()
    return sorted(found, key=lambda fact: (fact.partition, fact.offset))


def fact_of(service: str, record: Any) -> Fact:
    """CloudEvents, Kafka binary mode. Raises KeyError for a record that is none."""
    headers = {name: value.decode() for name, value in record.headers}
    empty = record.value in (None, b"", b"null")
    return Fact(
        service=service,
        id=headers["ce_id"],
        type=headers["ce_type"].removeprefix("lantoa.").removesuffix(".v1"),
        aggregate=UUID(headers["ce_subject"]),
        sequence=int(headers["ce_sequence"]),
        time=datetime.fromisoformat(headers["ce_time"]),
        correlation=headers.get("ce_correlationid"),
        data=None if empty else json.loads(record.value),
        content=None if empty else hashlib.sha256(record.value).hexdigest(),
        partition=record.partition,
        offset=record.offset,
    )


def read_objects(files_url: str) -> dict[str, tuple[int, str]]:
    """Every object of the bucket, read whole."""
    parts = urlsplit(files_url)
    client = Minio(
        endpoint=parts.netloc.rpartition("@")[2],
        access_key=parts.username,
        secret_key=parts.password,
        secure=parts.scheme.endswith("https"),
    )
    bucket = parts.path.strip("/")
    found: dict[str, tuple[int, str]] = {}
    for one in client.list_objects(bucket_name=bucket, recursive=True):
        answer = client.get_object(bucket_name=bucket, object_name=str(one.object_name))
        try:
            body = answer.read()
        finally:
            answer.close()
            answer.release_conn()
        found[str(one.object_name)] = (len(body), hashlib.sha256(body).hexdigest())
    return found


def read_journal(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every line of every file."""
    return {
        path.stem: [json.loads(line) for line in path.read_text().splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def read_heads(folder: Path) -> list[tuple[str, int, str]]:
    """The heads of audit chains that the services' logs name."""
    found = []
    for path in sorted(folder.glob("*.log")):
        for line in path.read_text(errors="replace").splitlines():
            if "audit sealed" in line and line.startswith("{"):
                told = json.loads(line)
                found.append((told["database"].removeprefix("lantoa_"), told["number"], told["head"]))
    return found
