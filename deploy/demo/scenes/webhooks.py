"""A newsroom asks for public facts, receives them signed, and checks each signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from deploy.demo.doors import Caller, Doors
from deploy.demo.receiver import Delivery, Receiver, come
from deploy.demo.telling import Teller
from deploy.demo.waiting import until

PUBLISHED, WITHDRAWN = "lantoa.item.published.v1", "lantoa.item.withdrawn.v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The newsroom's registration; `secret` was shown once."""

    newsroom: Caller
    id: UUID
    secret: str
    receiver: Receiver


async def register(doors: Doors, tell: Teller, receiver: Receiver) -> Endpoint:
    """A fresh endpoint for this run."""
    tell.scene("Một tòa soạn đăng ký nhận tin bằng webhook", "a newsroom registers a webhook with its own token")
    newsroom, endpoint_id = doors.system("toa-soan-minh-hoa", "publications"), uuid4()
    wish = {"url": receiver.url, "events": [PUBLISHED, WITHDRAWN]}
    answer = await newsroom.put("notifications", f"/v1/webhooks/{endpoint_id}", wish)
    tell.say(f"Điểm nhận: {receiver.url}")
    tell.check("Đã đăng ký, khóa ký chỉ hiện một lần", (answer.status, bool(answer.body["secret"])), (201, True))
    return Endpoint(newsroom, endpoint_id, answer.body["secret"], receiver)


async def expect(endpoint: Endpoint, kind: str, item: dict[str, Any]) -> Delivery:
    """The delivery of this fact about this item, signature verified."""

    async def received() -> Delivery | None:
        return come(endpoint.receiver, endpoint.secret, kind=kind, item_id=item["id"])

    return await until(f"webhook «{kind}»", received)


async def show_received(tell: Teller, endpoint: Endpoint, items: list[dict[str, Any]]) -> None:
    """One signed fact for each item."""
    tell.scene("Tòa soạn nhận webhook và kiểm tra chữ ký", "webhooks received, signatures verified")
    for item in items:
        delivery = await expect(endpoint, PUBLISHED, item)
        fact = delivery.verified(endpoint.secret)
        tell.say(f"webhook-id {delivery.headers['webhook-id']} · {fact['type']} · {item['owner']['name']}")
        tell.check("Chữ ký Standard Webhooks đúng, tên bài đúng", fact["data"]["story"]["title"], item["title"])


async def leave(endpoint: Endpoint) -> None:
    """The endpoint is removed: nobody listens there after this run."""
    path = f"/v1/webhooks/{endpoint.id}"
    standing = await endpoint.newsroom.get("notifications", path)
    await endpoint.newsroom.delete("notifications", path, version=standing.version)
