"""One piece of work can be followed through all four services, and the audit says who did it, never what it said."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import text

from services.serving import SERVICES, Servers
from shared.db import connect
from tests.notifications.receiver import newsroom
from tests.walks import world
from tests.walks.walker import Walker

FIELD = re.compile(r"[a-z_]+(\.[a-z_]+)*")


async def rows(product: Servers, service: str, statement: str, **values: Any) -> list[dict[str, Any]]:
    """What a service's database holds."""
    database = connect(product.database_url(service), application="test")
    try:
        async with database.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(text(statement), values)).mappings()]
    finally:
        await database.close()


async def traced(product: Servers, service: str, correlation_id: str) -> set[tuple[str, str]]:
    """(type, trace id) of every fact that a service recorded for this piece of work."""
    statement = "SELECT type, traceparent FROM outbox WHERE correlation_id = :correlation"
    found = await rows(product, service, statement, correlation=correlation_id)
    return {(row["type"], row["traceparent"].split("-")[1]) for row in found}


async def act_traced(walker: Walker, who: str, path: str, verb: str, body: Any = None) -> tuple[str, str]:
    """A decision of one who names his correlation id and trace; gives both."""
    correlation_id, trace_id = f"viec-{uuid4().hex[:12]}", uuid4().hex
    read = await walker.ask(who, "GET", "nominations", path)
    headers = {
        "authorization": f"Bearer {walker.issuer.mint(who)}",
        "if-match": read.headers["etag"],
        "x-correlation-id": correlation_id,
        "traceparent": f"00-{trace_id}-{'1' * 16}-01",
    }
    url = f"{walker.addresses['nominations']}{path}/{verb}"
    answer = await walker.http.post(url, headers=headers, json=body)
    assert answer.is_success, answer.text
    assert answer.headers["x-correlation-id"] == correlation_id
    return correlation_id, trace_id


async def registered(walker: Walker, url: str) -> None:
    """A newsroom's endpoint for what is published."""
    headers = {"authorization": f"Bearer {walker.issuer.mint('toa-soan', scope='publications')}"}
    wish = {"url": url, "events": ["lantoa.item.published.v1"]}
    answer: httpx.Response = await walker.http.put(
        f"{walker.addresses['notifications']}/v1/webhooks/{uuid4()}", headers=headers, json=wish
    )
    assert answer.status_code == 201, answer.text


async def test_an_approval_is_followed_to_the_portal_the_inboxes_and_the_newsroom(
    product: Servers, walker: Walker
) -> None:
    async with newsroom() as room:
        await registered(walker, room.url)
        path = await walker.present()
        await walker.act("vinh", "nominations", path, "take-up")

        correlation_id, trace_id = await act_traced(walker, "an", path, "approval", {"recommend": False})

        await walker.until(lambda: some(room.received))
        told = room.received[0].headers, room.received[0].body.decode()
    assert await traced(product, "nominations", correlation_id) >= {
        ("lantoa.nomination.approved.v1", trace_id),
        ("lantoa.nomination.story_released.v1", trace_id),
    }
    assert ("lantoa.item.published.v1", trace_id) in await traced(product, "publicity", correlation_id)
    assert f'"correlationid":"{correlation_id}"' in told[1].replace('": "', '":"')
    assert f"00-{trace_id}-" in told[1]
    await walker.told("mai", "lantoa.item.published.v1", path.rpartition("/")[2])
    published = await rows(
        product,
        "publicity",
        "SELECT id FROM outbox WHERE correlation_id = :c AND type = 'lantoa.item.published.v1'",
        c=correlation_id,
    )
    told_of = await rows(product, "notifications", "SELECT fact_id FROM messages")
    assert published[0]["id"] in {row["fact_id"] for row in told_of}


async def test_each_fact_names_the_fact_that_caused_it(product: Servers, walker: Walker) -> None:
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    correlation_id, _ = await act_traced(walker, "an", path, "approval", {"recommend": False})
    await walker.shown(world.BODY, await walker.read("mai", path))

    causes = await rows(
        product, "nominations", "SELECT id, type, causation_id FROM outbox WHERE correlation_id = :c", c=correlation_id
    )
    released = next(row for row in causes if row["type"] == "lantoa.nomination.story_released.v1")
    (published,) = await rows(
        product,
        "publicity",
        "SELECT causation_id FROM outbox WHERE correlation_id = :c AND type = 'lantoa.item.published.v1'",
        c=correlation_id,
    )
    assert released["causation_id"] is None
    assert published["causation_id"] == str(released["id"])


async def test_a_submission_is_followed_to_the_duty_it_fulfils(product: Servers, walker: Walker) -> None:
    path = await walker.prepare(states=("open",))

    correlation_id, trace_id = await act_traced(walker, "mai", path, "submission")

    async def counted() -> set[tuple[str, str]] | None:
        return await traced(product, "plans", correlation_id) or None

    assert await walker.until(counted) == {("lantoa.duty.fulfilled.v1", trace_id)}
    assert ("lantoa.nomination.submitted.v1", trace_id) in await traced(product, "nominations", correlation_id)


async def test_the_audit_names_fields_and_never_says_what_stood_in_them(product: Servers, walker: Walker) -> None:
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    nomination = await walker.read("mai", path)

    for service in SERVICES:
        found = await rows(product, service, "SELECT fields, to_jsonb(audit)::text AS whole FROM audit")
        strange = [name for row in found for name in row["fields"] if not FIELD.fullmatch(name)]
        assert strange == [], service
        said = [
            row["whole"]
            for row in found
            for key in ("title", "summary", "body", "subject_name")
            if nomination[key] in row["whole"]
        ]
        assert said == [], service
    assert await rows(product, "nominations", "SELECT 1 FROM audit WHERE action = 'approve'") != []


async def some(received: list[Any]) -> bool:
    """Whether anything has come."""
    return bool(received)
