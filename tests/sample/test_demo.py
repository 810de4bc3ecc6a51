"""The demonstration's own parts: a check that fails stops the walk, waiting ends, a forged webhook is no fact."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from rich.console import Console
from standardwebhooks import Webhook

from deploy.demo import StepFailed
from deploy.demo.doors import doors
from deploy.demo.receiver import come, receiver
from deploy.demo.telling import Teller
from deploy.demo.waiting import until
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings

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


async def test_a_door_that_does_not_answer_ends_the_walk_with_a_sentence(tmp_path: Path) -> None:
    issuer = DevelopmentIssuer(Settings(home=tmp_path))
    addresses = {"plans": "http://127.0.0.1:9/plans"}  # the discard port: nobody listens

    with pytest.raises(StepFailed, match=r"GET http://127.0.0.1:9/plans/v1/me không được trả lời"):
        async with doors(addresses, issuer) as found:
            await found.anybody.get("plans", "/v1/me")


async def test_a_signed_webhook_is_received_and_a_forged_one_is_refused() -> None:
    with receiver() as listening:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(listening.url, content=BODY, headers=signed(SECRET))
        delivery = come(listening, SECRET, kind="lantoa.item.published.v1", item_id="1")

        assert answer.status_code == 204
        assert delivery is listening.received[0]
        with pytest.raises(StepFailed, match="chữ ký không đúng"):
            come(listening, OTHER, kind="lantoa.item.published.v1", item_id="1")
