"""`standardwebhooks`, in Python and in npm, verifies what the product delivered, and refuses what was changed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from tests.clients.stories import PUBLISHED, Story, publish
from tests.clients.tools import node
from tests.clients.webhooks import subscribed
from tests.walks.walker import Walker

TOO_OLD_S = 6 * 60  # the specification's tolerance is five minutes


@dataclass(frozen=True)
class Delivery:
    """What a receiver holds in his hands."""

    secret: str
    headers: dict[str, str]
    body: str


@pytest.fixture(scope="module")
async def delivered(walker: Walker) -> AsyncIterator[tuple[Story, Delivery]]:
    """One publication, delivered; its body as it came over the wire."""
    async with subscribed(walker) as newsroom:
        story = await publish(walker)
        received = await newsroom.about(story.item_id)
        yield story, Delivery(newsroom.secret, received.headers, received.body.decode())


def tampered(delivery: Delivery) -> Delivery:
    """One letter of the name was changed on the way."""
    return replace(delivery, body=delivery.body.replace("Mẫu", "Mâu", 1))


def late(delivery: Delivery) -> Delivery:
    """As if it had been delivered earlier and sent again by a stranger now: signed well, but too old."""
    moment = int(delivery.headers["webhook-timestamp"]) - TOO_OLD_S
    signature = Webhook(delivery.secret).sign(
        delivery.headers["webhook-id"], datetime.fromtimestamp(moment, UTC), delivery.body
    )
    then = {"webhook-timestamp": str(moment), "webhook-signature": signature}
    return replace(delivery, headers={**delivery.headers, **then})


def for_another(delivery: Delivery) -> Delivery:
    """Held against the secret of another receiver."""
    return replace(delivery, secret="whsec_" + "QUJD" * 8)


REFUSED = [tampered, late, for_another]


async def in_node(delivery: Delivery) -> Any:
    """What the npm package says: the body, or why it was refused."""
    return json.loads(await node("verify.cjs", told=json.dumps(asdict(delivery))))


async def test_the_python_package_verifies_a_delivery(delivered: tuple[Story, Delivery]) -> None:
    story, delivery = delivered

    fact = Webhook(delivery.secret).verify(delivery.body, delivery.headers)

    assert (fact["type"], fact["subject"], fact["id"]) == (PUBLISHED, story.item_id, delivery.headers["webhook-id"])


@pytest.mark.parametrize("spoil", REFUSED)
async def test_the_python_package_refuses(delivered: tuple[Story, Delivery], spoil: Any) -> None:
    _, delivery = delivered
    spoiled = spoil(delivery)
    assert spoiled != delivery

    with pytest.raises(WebhookVerificationError):
        Webhook(spoiled.secret).verify(spoiled.body, spoiled.headers)


async def test_the_npm_package_verifies_a_delivery(delivered: tuple[Story, Delivery]) -> None:
    story, delivery = delivered

    said = await in_node(delivery)

    assert (said["body"]["type"], said["body"]["subject"]) == (PUBLISHED, story.item_id)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [(tampered, "No matching signature found"), (late, "too old"), (for_another, "No matching signature found")],
)
async def test_the_npm_package_refuses(delivered: tuple[Story, Delivery], spoil: Any, why: str) -> None:
    _, delivery = delivered

    said = await in_node(spoil(delivery))

    assert why in said["refused"]
