"""Deliveries on their way: at least once under the same id, in order, tried for days, then dead."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import actions
from services.notifications.actions.sending import LEASE, PAUSE_AFTER, WAITS_S, wait
from services.notifications.channels import Mailer, Outcome, Poster, Result
from services.notifications.models import Attempt, Channel, Delivery, Message
from services.notifications.sender import AT_ONCE, send_due, settle, take
from services.notifications.workflow import EndpointState, State
from shared.clock import now
from shared.db import Database, new_id
from shared.events.notifications import DeliveryDead, EndpointDisabled
from shared.road.outbox import recorded
from shared.settings import Settings
from shared.web import Parts
from tests.notifications import factories as make
from tests.notifications.receiver import Newsroom
from tests.notifications.sending import let_time_pass, row_of, send


async def test_a_webhook_arrives_signed_and_is_marked(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    endpoint = await make.endpoint(session, url=room.url)
    sent = await make.delivery(session, endpoint)
    await session.commit()

    assert await send(near) == 1

    row = await row_of(session, sent.id)
    attempt = (await session.scalars(select(Attempt))).one()
    assert room.received[0].verified(make.SECRET)["sequence"] == "0000000001"
    assert (row.state, row.next_try_at, row.attempts) == (State.CONFIRMED, None, 1)
    assert (attempt.delivery_id, attempt.number, attempt.outcome, attempt.status_code) == (
        sent.id,
        1,
        "accepted",
        204,
    )


async def test_a_refused_webhook_is_tried_again_later_under_the_same_id(
    session: AsyncSession, near: Parts, room: Newsroom
) -> None:
    sent = await make.delivery(session, await make.endpoint(session, url=room.url))
    await session.commit()
    room.answers = [(500, {})]

    await send(near)
    failed = await row_of(session, sent.id)
    waited = (failed.next_try_at or now()) - now()
    assert failed.state is State.FAILED
    assert timedelta(seconds=3) < waited < timedelta(seconds=6)
    assert await send(near) == 0
    await let_time_pass(session, sent)
    await send(near)

    ids = {got.headers["webhook-id"] for got in room.received}
    assert (len(room.received), ids) == (2, {str(sent.fact_id)})
    assert (await row_of(session, sent.id)).state is State.CONFIRMED


async def test_a_crash_between_sending_and_marking_sends_again_under_the_same_id(
    session: AsyncSession, near: Parts, room: Newsroom
) -> None:
    sent = await make.delivery(session, await make.endpoint(session, url=room.url))
    await session.commit()
    async with Poster(allow_private=True) as poster:
        for parcel in await take(near, Channel.WEBHOOK):
            await poster.post(parcel.content)  # type: ignore[arg-type]
        # here the process dies: nothing is marked

    assert await send(near) == 0  # its lease still runs
    await let_time_pass(session, sent)
    assert await send(near) == 1

    assert [got.headers["webhook-id"] for got in room.received] == [str(sent.fact_id)] * 2
    assert [got.verified(make.SECRET) for got in room.received] == [room.received[0].verified(make.SECRET)] * 2
    assert (await row_of(session, sent.id)).state is State.CONFIRMED


async def test_the_outcome_of_a_lost_lease_changes_nothing(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    sent = await make.delivery(session, await make.endpoint(session, url=room.url))
    await session.commit()
    slow = await take(near, Channel.WEBHOOK)
    await let_time_pass(session, sent)
    quick = await take(near, Channel.WEBHOOK)
    await settle(near.database, quick, [Outcome(Result.ACCEPTED, 5, 204)])

    await settle(near.database, slow, [Outcome(Result.FAILED, 5)])

    row = await row_of(session, sent.id)
    log = (await session.execute(select(Attempt.number, Attempt.outcome).order_by(Attempt.number))).all()
    assert (row.state, row.next_try_at) == (State.CONFIRMED, None)
    assert [tuple(one) for one in log] == [(1, "failed"), (2, "accepted")]


async def test_of_one_endpoint_and_aggregate_the_order_holds(
    session: AsyncSession, near: Parts, room: Newsroom
) -> None:
    endpoint, item, other = await make.endpoint(session, url=room.url), new_id(), new_id()
    first = await make.delivery(session, endpoint, aggregate_id=item, sequence=1)
    second = await make.delivery(session, endpoint, aggregate_id=item, sequence=2)
    elsewhere = await make.delivery(session, endpoint, aggregate_id=other, sequence=7)
    await session.commit()
    room.answers = [(500, {}), (500, {})]

    await send(near)  # first and elsewhere fail
    await send(near)  # nothing is due, though second's time has come
    tried = {got.headers["webhook-id"] for got in room.received}
    await let_time_pass(session, first, elsewhere)
    await send(near)
    await send(near)

    told = [got.headers["webhook-id"] for got in room.received[2:]]
    assert tried == {str(first.fact_id), str(elsewhere.fact_id)}
    assert told[-1] == str(second.fact_id)
    assert set(told) == {str(first.fact_id), str(elsewhere.fact_id), str(second.fact_id)}


async def test_a_dead_delivery_lets_the_next_one_pass(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    endpoint, item = await make.endpoint(session, url=room.url), new_id()
    await make.delivery(session, endpoint, aggregate_id=item, sequence=1, state=State.DEAD)
    second = await make.delivery(session, endpoint, aggregate_id=item, sequence=2)
    await session.commit()

    await send(near)

    assert [got.headers["webhook-id"] for got in room.received] == [str(second.fact_id)]


async def test_two_senders_never_take_the_same(committed: Database, near: Parts) -> None:
    async with committed.transaction() as session:
        endpoint = await make.endpoint(session)
        for _ in range(20):
            await make.delivery(session, endpoint)
    here = replace(near, database=committed)

    taken = await asyncio.gather(*(take(here, Channel.WEBHOOK) for _ in range(4)))

    ids = [parcel.delivery_id for parcels in taken for parcel in parcels]
    assert (len(ids), len(set(ids))) == (20, 20)


async def test_only_so_many_are_sent_at_once(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    endpoint = await make.endpoint(session, url=room.url)
    for _ in range(2 * AT_ONCE):
        await make.delivery(session, endpoint)
    await session.commit()
    room.delay_s = 0.05

    assert await send(near) == 2 * AT_ONCE

    assert room.most_at_once == AT_ONCE


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


async def test_what_was_cancelled_on_its_way_stays_cancelled(session: AsyncSession, near: Parts) -> None:
    item = make.published()
    await make.endpoint(session)
    await session.commit()
    await make.arrive(near.database, make.enveloped(item, sequence=1))
    parcels = await take(near, Channel.WEBHOOK)
    await make.arrive(near.database, make.enveloped(make.gone(item), sequence=2))

    await settle(near.database, parcels, [Outcome(Result.FAILED, 5)])

    row = await row_of(session, parcels[0].delivery_id)
    assert (row.state, row.next_try_at, row.payload) == (State.CANCELLED, None, None)


async def test_that_an_item_is_gone_waits_behind_the_publication_under_way(session: AsyncSession, near: Parts) -> None:
    item = make.published()
    await make.endpoint(session)
    await session.commit()
    await make.arrive(near.database, make.enveloped(item, sequence=1))
    under_way = await take(near, Channel.WEBHOOK)
    await make.arrive(near.database, make.enveloped(make.gone(item), sequence=2))

    before = await take(near, Channel.WEBHOOK)
    await settle(near.database, under_way, [Outcome(Result.ACCEPTED, 5, 204)])
    after = await take(near, Channel.WEBHOOK)

    told = await row_of(session, after[0].delivery_id)
    assert (before, len(after), told.kind) == ([], 1, "lantoa.item.withdrawn.v1")
    assert (await row_of(session, under_way[0].delivery_id)).state is State.CONFIRMED


async def test_what_is_gone_is_not_sent_again_when_its_sender_died(
    session: AsyncSession, near: Parts, room: Newsroom
) -> None:
    item = make.published()
    await make.endpoint(session, url=room.url)
    await session.commit()
    await make.arrive(near.database, make.enveloped(item, sequence=1))
    died = await row_of(session, (await take(near, Channel.WEBHOOK))[0].delivery_id)
    await make.arrive(near.database, make.enveloped(make.gone(item), sequence=2))
    await let_time_pass(session, died)

    await send(near)
    await send(near)

    heard = [got.verified(make.SECRET)["type"] for got in room.received]
    assert (heard, (await row_of(session, died.id)).state) == (["lantoa.item.withdrawn.v1"], State.CANCELLED)


async def test_a_lease_outlasts_the_slowest_batch() -> None:
    batches = 2  # 16 at 8 at once, each within 10 seconds

    assert timedelta(seconds=10 * batches) < LEASE


async def test_sending_takes_the_same_number_of_statements_for_one_and_for_many(
    session: AsyncSession, near: Parts, room: Newsroom, statements: list[str]
) -> None:
    endpoint = await make.endpoint(session, url=room.url)
    await make.delivery(session, endpoint)
    await session.commit()
    statements.clear()
    await send(near)
    one = len(statements)
    for _ in range(9):
        await make.delivery(session, endpoint)
    await session.commit()
    statements.clear()

    await send(near)

    assert (len(room.received), len(statements)) == (10, one)


async def test_what_nobody_foresaw_is_a_failed_try_and_not_the_end_of_sending(
    session: AsyncSession, near: Parts, room: Newsroom
) -> None:
    sent = await make.delivery(session, await make.endpoint(session, url=room.url))
    await session.commit()
    async with Poster(allow_private=True) as closed:
        pass

    await send_due(near, Channel.WEBHOOK, mailer=Mailer(None, "lantoa@localhost"), poster=closed)

    log = (await session.scalars(select(Attempt))).one()
    assert (log.outcome, log.detail) == ("failed", "RuntimeError")
    assert (await row_of(session, sent.id)).state is State.FAILED
