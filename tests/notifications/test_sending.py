"""Deliveries on their way: at least once under the same id, in order, tried for days, then dead."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions.sending import LEASE
from services.notifications.channels import Mailer, Outcome, Poster, Result
from services.notifications.models import Attempt, Channel
from services.notifications.sender import AT_ONCE, send_due, settle, take
from services.notifications.workflow import State
from shared.clock import now
from shared.db import Database, new_id
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
