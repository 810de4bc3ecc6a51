"""Deliveries on their way: at least once under the same id, in order, tried for days, then dead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
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
from tests.notifications.receiver import Newsroom, newsroom, post_office


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    """A newsroom that answers 204."""
    async with newsroom() as room:
        yield room


@pytest.fixture
def near(parts: Parts, settings: Settings) -> Parts:
    """Parts that may send to this machine."""
    return replace(parts, settings=settings.model_copy(update={"allow_private_webhooks": True, "secret_key": "key"}))


async def _send(parts: Parts, channel: Channel = Channel.WEBHOOK) -> int:
    mailer = Mailer(parts.settings.smtp_url, parts.settings.mail_from)
    async with Poster(allow_private=parts.settings.allow_private_webhooks) as poster:
        return await send_due(parts, channel, mailer=mailer, poster=poster)


async def _row(session: AsyncSession, delivery_id: UUID) -> Delivery:
    return (
        await session.scalars(
            select(Delivery).where(Delivery.id == delivery_id).execution_options(populate_existing=True)
        )
    ).one()


async def _let_time_pass(session: AsyncSession, *rows: Delivery) -> None:
    """Makes them due, as if their wait or lease were over."""
    await session.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in rows]), Delivery.next_try_at.is_not(None))
        .values(next_try_at=now() - timedelta(seconds=1))
    )
    await session.commit()


async def test_a_webhook_arrives_signed_and_is_marked(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    endpoint = await make.endpoint(session, url=room.url)
    sent = await make.delivery(session, endpoint)
    await session.commit()

    assert await _send(near) == 1

    row = await _row(session, sent.id)
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

    await _send(near)
    failed = await _row(session, sent.id)
    waited = (failed.next_try_at or now()) - now()
    assert failed.state is State.FAILED
    assert timedelta(seconds=3) < waited < timedelta(seconds=6)
    assert await _send(near) == 0
    await _let_time_pass(session, sent)
    await _send(near)

    ids = {got.headers["webhook-id"] for got in room.received}
    assert (len(room.received), ids) == (2, {str(sent.fact_id)})
    assert (await _row(session, sent.id)).state is State.CONFIRMED


async def test_a_crash_between_sending_and_marking_sends_again_under_the_same_id(
    session: AsyncSession, near: Parts, room: Newsroom
) -> None:
    sent = await make.delivery(session, await make.endpoint(session, url=room.url))
    await session.commit()
    async with Poster(allow_private=True) as poster:
        for parcel in await take(near, Channel.WEBHOOK):
            await poster.post(parcel.content)  # type: ignore[arg-type]
        # here the process dies: nothing is marked

    assert await _send(near) == 0  # its lease still runs
    await _let_time_pass(session, sent)
    assert await _send(near) == 1

    assert [got.headers["webhook-id"] for got in room.received] == [str(sent.fact_id)] * 2
    assert [got.verified(make.SECRET) for got in room.received] == [room.received[0].verified(make.SECRET)] * 2
    assert (await _row(session, sent.id)).state is State.CONFIRMED


async def test_the_outcome_of_a_lost_lease_changes_nothing(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    sent = await make.delivery(session, await make.endpoint(session, url=room.url))
    await session.commit()
    slow = await take(near, Channel.WEBHOOK)
    await _let_time_pass(session, sent)
    quick = await take(near, Channel.WEBHOOK)
    await settle(near.database, quick, [Outcome(Result.ACCEPTED, 5, 204)])

    await settle(near.database, slow, [Outcome(Result.FAILED, 5)])

    row = await _row(session, sent.id)
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

    await _send(near)  # first and elsewhere fail
    await _send(near)  # nothing is due, though second's time has come
    tried = {got.headers["webhook-id"] for got in room.received}
    await _let_time_pass(session, first, elsewhere)
    await _send(near)
    await _send(near)

    told = [got.headers["webhook-id"] for got in room.received[2:]]
    assert tried == {str(first.fact_id), str(elsewhere.fact_id)}
    assert told[-1] == str(second.fact_id)
    assert set(told) == {str(first.fact_id), str(elsewhere.fact_id), str(second.fact_id)}


async def test_a_dead_delivery_lets_the_next_one_pass(session: AsyncSession, near: Parts, room: Newsroom) -> None:
    endpoint, item = await make.endpoint(session, url=room.url), new_id()
    await make.delivery(session, endpoint, aggregate_id=item, sequence=1, state=State.DEAD)
    second = await make.delivery(session, endpoint, aggregate_id=item, sequence=2)
    await session.commit()

    await _send(near)

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

    assert await _send(near) == 2 * AT_ONCE

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

    await _send(near)

    waited = ((await _row(session, sent.id)).next_try_at or now()) - now()
    assert timedelta(seconds=890) < waited <= timedelta(seconds=900)


async def test_gone_disables_the_endpoint_cancels_what_waits_and_tells_its_owner(session: AsyncSession) -> None:
    endpoint = await make.endpoint(session)
    asked = await make.delivery(session, endpoint, state=State.SENT, tries=1)
    waiting = await make.delivery(session, endpoint)

    await actions.mark(session, {(asked.id, 1): Outcome(Result.GONE, 5, 410)})

    await session.flush()
    assert (endpoint.state, endpoint.version) == (EndpointState.DISABLED, 2)
    assert (asked.state, (await _row(session, waiting.id)).state) == (State.DEAD, State.CANCELLED)
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

    assert (await _send(near), room.received) == (0, [])


async def test_an_address_inside_is_never_reached_and_is_logged(
    session: AsyncSession, parts: Parts, settings: Settings, room: Newsroom
) -> None:
    strict = replace(parts, settings=settings.model_copy(update={"secret_key": "key"}))
    await make.delivery(session, await make.endpoint(session, url=f"http://localhost:{room.port}/"))
    await session.commit()

    await _send(strict)

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

    row = await _row(session, parcels[0].delivery_id)
    assert (row.state, row.next_try_at, row.payload) == (State.CANCELLED, None, None)


async def _mailed(session: AsyncSession, near: Parts, *, email: str = "mai@coquan.example.vn") -> UUID:
    station = await make.organisation(session)
    reviewer = await make.office(session, station, "reviewer")
    await make.recipient(session, reviewer, email=email)
    await session.commit()
    await make.arrive(near.database, make.enveloped(make.recommended(station)))
    return reviewer


async def test_a_mail_arrives_with_its_link_and_how_to_stop(session: AsyncSession, near: Parts) -> None:
    await _mailed(session, near)
    async with post_office() as office:
        here = replace(near, settings=near.settings.model_copy(update={"smtp_url": office.url}))

        await _send(here, Channel.EMAIL)

    to, mail = office.letters[0]
    row = (await session.scalars(select(Delivery).execution_options(populate_existing=True))).one()
    link = (await session.scalars(select(Message.link))).one()
    assert to == ["mai@coquan.example.vn"]
    assert mail["subject"] == "Có hồ sơ được giới thiệu lên, chờ xem: Tổ tự quản không rác"
    assert mail.get_content().splitlines()[-3:] == [
        f"Xem tại: http://testserver{link}",
        "",
        "Thư tự động của Lan Tỏa. Muốn thôi nhận thư về loại việc này, hãy tắt trong mục tùy chọn nhận tin.",
    ]
    assert (row.state, mail["message-id"]) == (State.CONFIRMED, f"<{row.id}@localhost>")


async def test_a_mail_server_away_delays_and_a_wrong_mailbox_is_given_up(session: AsyncSession, near: Parts) -> None:
    await _mailed(session, near)
    async with post_office() as office:
        here = replace(near, settings=near.settings.model_copy(update={"smtp_url": office.url}))
        office.busy = True
        await _send(here, Channel.EMAIL)
        row = (await session.scalars(select(Delivery))).one()
        assert row.state is State.FAILED
        office.busy, office.unknown = False, {"mai@coquan.example.vn"}
        await _let_time_pass(session, row)

        await _send(here, Channel.EMAIL)

    assert (await _row(session, row.id)).state is State.DEAD


async def test_an_address_taken_back_cancels_the_mail(session: AsyncSession, near: Parts) -> None:
    person = await _mailed(session, near)
    recipient = (await make.recipients(session))[person]
    recipient.email, recipient.email_confirmed_at = None, None
    await session.commit()

    assert await _send(near, Channel.EMAIL) == 0

    states: Sequence[State] = (await session.scalars(select(Delivery.state))).all()
    assert list(states) == [State.CANCELLED]


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
    await _send(near)
    one = len(statements)
    for _ in range(9):
        await make.delivery(session, endpoint)
    await session.commit()
    statements.clear()

    await _send(near)

    assert (len(room.received), len(statements)) == (10, one)
