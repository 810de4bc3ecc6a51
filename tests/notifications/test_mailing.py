"""Mails on their way: they arrive with link and footer, wait for a server that is away, and stop when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.models import Channel, Delivery, Message
from services.notifications.workflow import State
from shared.web import Parts
from tests.notifications import factories as make
from tests.notifications.receiver import post_office
from tests.notifications.sending import let_time_pass, row_of, send


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

        await send(here, Channel.EMAIL)

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
        await send(here, Channel.EMAIL)
        row = (await session.scalars(select(Delivery))).one()
        assert row.state is State.FAILED
        office.busy, office.unknown = False, {"mai@coquan.example.vn"}
        await let_time_pass(session, row)

        await send(here, Channel.EMAIL)

    assert (await row_of(session, row.id)).state is State.DEAD


async def test_an_address_taken_back_cancels_the_mail(session: AsyncSession, near: Parts) -> None:
    person = await _mailed(session, near)
    recipient = (await make.recipients(session))[person]
    recipient.email, recipient.email_confirmed_at = None, None
    await session.commit()

    assert await send(near, Channel.EMAIL) == 0

    states: Sequence[State] = (await session.scalars(select(Delivery.state))).all()
    assert list(states) == [State.CANCELLED]
