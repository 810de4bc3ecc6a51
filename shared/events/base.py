"""What a fact is: a frozen pydantic model of one aggregate, sent as a CloudEvents 1.0.2 envelope."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

SPECVERSION = "1.0"
CONTENT_TYPE = "application/json"
CONTENT_TYPE_HEADER = ("content-type", CONTENT_TYPE.encode())
SPECVERSION_HEADER = ("ce_specversion", SPECVERSION.encode())
SOURCE = re.compile(rb"/services/([a-z]+)/([0-9a-f-]{36})")


class Part(BaseModel):
    """A piece of a fact. Unknown fields are ignored: a newer producer may say more than we know (schemas only grow)."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Part):
    """A fact in the past tense. The docstring of each class is its meaning and ends with `Heard by: ...`.

    `service` owns the topic `lantoa.<service>`; `aggregate` is the noun that the type begins with;
    `key` names the field that holds the aggregate's id; `public` facts may leave the house, without the fields
    named `inside`.
    """

    service: ClassVar[str]
    aggregate: ClassVar[str]
    key: ClassVar[str]
    past: ClassVar[str]  # the past tense in the type, e.g. `story_released`
    public: ClassVar[bool] = False
    inside: ClassVar[frozenset[str]] = frozenset()
    schema_version: ClassVar[int] = 1

    @classmethod
    def type(cls) -> str:
        """`lantoa.<aggregate>.<past tense>.v1`."""
        return f"lantoa.{cls.aggregate}.{cls.past}.v{cls.schema_version}"

    @property
    def aggregate_id(self) -> UUID:
        """The id whose facts are numbered and kept in order."""
        value: UUID = getattr(self, self.key)
        return value


@dataclass(frozen=True, slots=True)
class Envelope:
    """A fact on the road (CloudEvents 1.0.2). `data` is the JSON body, or None when its content was blanked."""

    id: UUID
    type: str
    service: str
    aggregate_id: UUID
    sequence: int
    time: datetime
    data: bytes | None
    traceparent: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    represented: bool = False

    @property
    def source(self) -> str:
        """`/services/<service>/<aggregate id>`."""
        return f"/services/{self.service}/{self.aggregate_id}"

    @property
    def topic(self) -> str:
        """The Kafka topic: one per producing service."""
        return topic_of(self.service)

    def attributes(self) -> dict[str, str]:
        """The CloudEvents attributes and extensions, without a prefix; empty ones are left out."""
        return {name.removeprefix("ce_"): value.decode() for name, value in self.headers()[1:]}

    def headers(self) -> list[tuple[str, bytes]]:
        """Kafka binary mode: `content-type` and one `ce_` header an attribute; empty ones are left out."""
        subject = str(self.aggregate_id)
        told = [
            CONTENT_TYPE_HEADER,
            SPECVERSION_HEADER,
            ("ce_id", str(self.id).encode()),
            ("ce_source", f"/services/{self.service}/{subject}".encode()),
            ("ce_type", self.type.encode()),
            ("ce_subject", subject.encode()),
            ("ce_time", self.time.isoformat().replace("+00:00", "Z").encode()),
            ("ce_sequence", b"%010d" % self.sequence),
            ("ce_partitionkey", subject.encode()),
        ]
        if self.traceparent is not None:
            told.append(("ce_traceparent", self.traceparent.encode()))
        if self.correlation_id is not None:
            told.append(("ce_correlationid", self.correlation_id.encode()))
        if self.causation_id is not None:
            told.append(("ce_causationid", self.causation_id.encode()))
        if self.represented:
            told.append(("ce_represented", b"true"))
        return told

    @classmethod
    def read(cls, headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Self:
        """Raises KeyError or ValueError when the record is not a CloudEvent of ours."""
        found = dict(headers)
        source = SOURCE.fullmatch(found["ce_source"])
        if source is None:
            raise ValueError(f"not a source of ours: {found['ce_source']!r}")
        return cls(
            id=UUID(found["ce_id"].decode()),
            type=found["ce_type"].decode(),
            service=source[1].decode(),
            aggregate_id=UUID(source[2].decode()),
            sequence=int(found["ce_sequence"]),
            time=datetime.fromisoformat(found["ce_time"].decode()),
            data=None if value in (None, b"", b"null") else value,
            traceparent=_text(found.get("ce_traceparent")),
            correlation_id=_text(found.get("ce_correlationid")),
            causation_id=_text(found.get("ce_causationid")),
            represented=found.get("ce_represented") == b"true",
        )

    def structured(self) -> dict[str, Any]:
        """CloudEvents structured mode (JSON), whole; what leaves the house is `shared.events.outside`."""
        body = None if self.data is None else orjson.loads(self.data)
        return {**self.attributes(), "datacontenttype": CONTENT_TYPE, "data": body}

    def blanked(self) -> Self:
        """The same envelope without its content."""
        return replace(self, data=None)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def topic_of(service: str) -> str:
    """`lantoa.<service>`."""
    return f"lantoa.{service}"


class Period(Part):
    """A stretch of days, both ends included; `key` is how people and indexes name it (`2026-Q4`, `2026-11`, `2026`)."""

    key: str
    start_on: date
    end_on: date
