"""What comes of a try: again later, dead, paused, disabled, and what the owner is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import actions
from services.notifications.actions.sending import PAUSE_AFTER, WAITS_S, wait
from services.notifications.channels import Outcome, Result
from services.notifications.models import Attempt, Channel, Delivery, Message
from services.notifications.workflow import EndpointState, State
from shared.clock import now
from shared.events.notifications import DeliveryDead, EndpointDisabled
from shared.road.outbox import recorded
from shared.settings import Settings
from shared.web import Parts
from tests.notifications import factories as make
from tests.notifications.receiver import Newsroom
from tests.notifications.sending import row_of, send


async def _tried(session: AsyncSession, tries: int, outcome: Outcome) -> Delivery:
    """A delivery in its n-th try with this outcome; not committed, so that recorded facts can be seen."""
    row = await make.delivery(session, await make.endpoint(session), state=State.RETRYING, tries=tries)
    await actions.mark(session, {(row.id, row.attempts): outcome})
    return row


async def test_after_the_last_try_it_is_dead_and_says_so(session: AsyncSession) -> None:
    row = await _tried(session, len(WAITS_S) + 1, Outcome(Result.REFUSED, 5, 500))

    assert (row.state, row.next_try_at) == (State.DEAD, None)
    assert recorded(session) == [DeliveryDead(delivery_id=row.id, channel="webhook", attempts=len(WAITS_S) + 1)]


@pytest.mark.parametrize("tries", range(1, len(WAITS_S) + 1))
async def test_before_that_it_waits_longer_each_time(tries: int, session: AsyncSession) -> None:
    row = await _tried(session, tries, Outcome(Result.FAILED, 5))

    waits = [wait(tries, None).total_seconds() for _ in range(50)]
    assert (row.state, recorded(session)) == (State.FAILED, [])
    assert min(waits) >= 0.8 * WAITS_S[tries - 1]
    assert max(waits) <= 1.2 * WAITS_S[tries - 1]
    assert len(set(waits)) > 1


def test_the_tries_go_on_for_days() -> None:
    assert timedelta(seconds=sum(WAITS_S)) > timedelta(days=3)


async def test_retry_after_is_honoured(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    sent = await make.delivery(session, await make.endpoint(session, url=room.url))
    await session.commit()
    room.answers = [(429, {"retry-after": "900"})]

    await send(near)

    waited = ((await row_of(session, sent.id)).next_try_at or now()) - now()
    assert timedelta(seconds=890) < waited <= timedelta(seconds=900)


async def test_gone_disables_the_endpoint_cancels_what_waits_and_tells_its_owner(session: AsyncSession) -> None:
    endpoint = await make.endpoint(session)
    asked = await make.delivery(session, endpoint, state=State.SENT, tries=1)
    waiting = await make.delivery(session, endpoint)

    await actions.mark(session, {(asked.id, 1): Outcome(Result.GONE, 5, 410)})

    await session.flush()
    assert (endpoint.state, endpoint.version) == (EndpointState.DISABLED, 2)
    assert (asked.state, (await row_of(session, waiting.id)).state) == (State.DEAD, State.CANCELLED)
    assert recorded(session) == [EndpointDisabled(endpoint_id=endpoint.id, reason="gone")]
    told = (await session.scalars(select(Message))).one()
    assert (told.person_id, told.title) == (endpoint.owner_id, "Điểm nhận webhook đã tắt")


async def test_many_failures_in_a_row_pause_the_endpoint_and_tell_its_owner(session: AsyncSession) -> None:
    endpoint = await make.endpoint(session)
    endpoint.consecutive_failures = PAUSE_AFTER - 1
    last = await make.delivery(session, endpoint, state=State.SENT, tries=1)
    await make.recipient(session, endpoint.owner_id)

    await actions.mark(session, {(last.id, 1): Outcome(Result.REFUSED, 5, 500)})

    await session.flush()
    told = (await session.scalars(select(Message))).one()
    mailed = (await session.scalars(select(Delivery.message_id).where(Delivery.channel == Channel.EMAIL))).all()
    assert (endpoint.state, last.state) == (EndpointState.PAUSED, State.FAILED)
    assert (told.person_id, told.title) == (endpoint.owner_id, "Điểm nhận webhook đã tạm dừng")
    assert list(mailed) == [told.id]


@pytest.mark.parametrize(("hours", "state"), [(23, EndpointState.ACTIVE), (25, EndpointState.PAUSED)])
async def test_an_endpoint_that_took_something_within_a_day_is_not_paused(
    hours: int, state: EndpointState, session: AsyncSession
) -> None:
    endpoint = await make.endpoint(session)
    endpoint.consecutive_failures = PAUSE_AFTER - 1
    taken = await make.delivery(session, endpoint, state=State.CONFIRMED, tries=1)
    at = now() - timedelta(hours=hours)
    session.add(Attempt(delivery_id=taken.id, number=1, at=at, outcome="accepted", duration_ms=5))
    last = await make.delivery(session, endpoint, state=State.SENT, tries=1)

    await actions.mark(session, {(last.id, 1): Outcome(Result.REFUSED, 5, 500)})

    assert (endpoint.state, last.state) == (state, State.FAILED)


async def test_a_success_ends_the_row_of_failures(session: AsyncSession) -> None:
    endpoint = await make.endpoint(session)
    endpoint.consecutive_failures = PAUSE_AFTER - 1
    row = await make.delivery(session, endpoint, state=State.SENT, tries=1)

    await actions.mark(session, {(row.id, 1): Outcome(Result.ACCEPTED, 5, 200)})

    assert (endpoint.consecutive_failures, endpoint.state) == (0, EndpointState.ACTIVE)


@pytest.mark.parametrize("state", [EndpointState.PAUSED, EndpointState.DISABLED])
async def test_nothing_is_sent_to_an_endpoint_that_rests(
    state: EndpointState, session: AsyncSession, near: Parts, room: Newsroom
) -> None:
    await make.delivery(session, await make.endpoint(session, url=room.url, state=state))
    await session.commit()

    assert (await send(near), room.received) == (0, [])


async def test_an_address_inside_is_never_reached_and_is_logged(
    session: AsyncSession, parts: Parts, settings: Settings, room: Newsroom
) -> None:
    strict = replace(parts, settings=settings.model_copy(update={"secret_key": "key"}))
    await make.delivery(session, await make.endpoint(session, url=f"http://localhost:{room.port}/"))
    await session.commit()

    await send(strict)

    log = (await session.scalars(select(Attempt))).one()
    assert (room.received, log.outcome, log.detail) == ([], "blocked", "the name leads inside the network")
