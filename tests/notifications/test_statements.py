"""Lists ask the database as often for twenty rows as for one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.models import Attempt, WebhookEndpoint
from shared.clock import now
from shared.db import Database
from tests.counting import counted, grown
from tests.notifications import factories as make

Bearer = Callable[..., dict[str, str]]
GRAPH = "/graphql?query={messages(first:50){edges{node{id title body readAt}}}}"


async def test_lists_ask_as_often_for_twenty_as_for_one(
    client: httpx.AsyncClient,
    session: AsyncSession,
    database: Database,
    bearer: Bearer,
    person: Callable[[str], UUID],
) -> None:
    body = await make.organisation(session, "Văn phòng A")
    await make.office(session, body, "administrator", person_id=person("mai"))
    kept = await make.endpoint(session, owner_id=person("mai"), organisation_id=body)
    doors = {
        "/v1/messages?limit=50": bearer("mai"),
        "/v1/webhooks?limit=50": bearer("mai"),
        f"/v1/webhooks/{kept.id}/deliveries?limit=50": bearer("mai"),
    }

    await grow(session, person("mai"), kept.id, body, 1)
    one = await counted(client, database, doors)
    asked = await counted(client, database, {"/v1/me": bearer("mai"), GRAPH: bearer("mai")})
    await grow(session, person("mai"), kept.id, body, 19)
    many = await counted(client, database, doors)

    assert grown(one, many) == {}
    assert await counted(client, database, {"/v1/me": bearer("mai"), GRAPH: bearer("mai")}) == asked


async def grow(session: AsyncSession, person_id: UUID, endpoint_id: UUID, body: UUID, count: int) -> None:
    """So many more messages, endpoints, and deliveries with two attempts each."""
    to = await session.get_one(WebhookEndpoint, endpoint_id)
    for _ in range(count):
        await make.message(session, person_id)
        await make.endpoint(session, owner_id=person_id, organisation_id=body)
        delivery = await make.delivery(session, to, tries=2)
        for number in (1, 2):
            attempt = Attempt(delivery_id=delivery.id, number=number, at=now(), outcome="failed", duration_ms=3)
            session.add(attempt)
    await session.commit()
