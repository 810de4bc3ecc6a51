"""The demonstration's own parts: a check that fails stops the walk, waiting ends, a forged webhook is no fact."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import httpx
import pytest
from rich.console import Console
from standardwebhooks import Webhook, WebhookVerificationError

from deploy.demo import StepFailed
from deploy.demo.receiver import awaited, receiver
from deploy.demo.telling import Teller
from deploy.demo.waiting import until

SECRET = "whsec_c2FtcGxlIHNlY3JldCBvZiB0aGlydHktdHdvIGJ5dGU="
OTHER = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXQ="
BODY = json.dumps({"type": "lantoa.item.published.v1", "data": {"item_id": "1"}})


def signed(secret: str) -> dict[str, str]:
    """The headers of a delivery sent now."""
    moment = datetime.now(UTC)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", moment, BODY),
    }


def teller() -> tuple[Teller, io.StringIO]:
    """One that prints into a text."""
    printed = io.StringIO()
    return Teller(Console(file=printed, width=200)), printed


def test_a_check_that_holds_is_counted_and_told() -> None:
    tell, printed = teller()

    tell.check("Hai cộng hai là bốn", 2 + 2, 4)

    assert tell.checks == 1
    assert printed.getvalue().strip() == "✓ Hai cộng hai là bốn"


def test_a_check_that_fails_says_what_was_expected_and_what_was_found() -> None:
    tell, _ = teller()

    with pytest.raises(StepFailed) as failure:
        tell.check("Trạng thái", "waiting", "approved")

    assert str(failure.value).splitlines() == ["Trạng thái", "  phải là: 'approved'", "  thấy là: 'waiting'"]


async def test_waiting_gives_what_came_and_ends_when_nothing_comes() -> None:
    answers = iter([None, None, "tin"])

    async def ask() -> str | None:
        return next(answers)

    async def never() -> str | None:
        return None

    assert await until("tin", ask) == "tin"
    with pytest.raises(StepFailed, match="chưa thấy: tin"):
        await until("tin", never, limit_s=0.05)


async def test_a_signed_webhook_is_received_and_a_forged_one_is_refused() -> None:
    with receiver() as listening:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(listening.url, content=BODY, headers=signed(SECRET))
        delivery = await awaited(listening, SECRET, "lantoa.item.published.v1", "1")

        assert answer.status_code == 204
        assert delivery is listening.received[0]
        with pytest.raises(WebhookVerificationError):
            await awaited(listening, OTHER, "lantoa.item.published.v1", "1")
