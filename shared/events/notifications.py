"""Facts of the service notifications: what an operator should know of deliveries that ended badly."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.events.base import Event


class EndpointDisabled(Event):
    """A webhook endpoint was switched off; `reason` is a stable word (`gone`, `failing`). Heard by: public."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "endpoint"
    key: ClassVar[str] = "endpoint_id"
    past: ClassVar[str] = "disabled"
    public: ClassVar[bool] = True

    endpoint_id: UUID
    reason: str


class DeliveryDead(Event):
    """A delivery used up its retries; a person may send it again. Heard by: public."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "delivery"
    key: ClassVar[str] = "delivery_id"
    past: ClassVar[str] = "dead"
    public: ClassVar[bool] = True

    delivery_id: UUID
    channel: str
    attempts: int


FACTS: list[type[Event]] = [EndpointDisabled, DeliveryDead]
