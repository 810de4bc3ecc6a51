"""What each action does, and each refusal: messages, contact points, preferences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import actions, queries
from services.notifications.actions import Rules, TooManyCodes, WrongCode
from services.notifications.actions.reach import MOST_CODES
from services.notifications.channels import confirmation_code
from services.notifications.models import Channel, Delivery, Message
from shared.audit import AuditRow
from shared.auth import Actor
from shared.clock import now
from shared.db import new_id
from shared.errors import (
    NotAllowed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from tests.notifications import factories as make

KEYS = ["key", "older"]
RULES = Rules(KEYS, False)
URL = "https://toasoan.example.vn/lantoa"


async def _deeds(session: AsyncSession) -> list[str]:
    await session.flush()
    return list(await session.scalars(select(AuditRow.action).order_by(AuditRow.position)))


async def test_mark_read_marks_once(session: AsyncSession, mai: Actor) -> None:
    message = await make.message(session, mai.id)

    first = (await actions.mark_read(session, mai, message.id)).read_at
    second = (await actions.mark_read(session, mai, message.id)).read_at

    assert first is not None
    assert first == second
    assert await _deeds(session) == ["mark_read"]


async def test_mark_read_of_somebody_elses_message_is_not_found(session: AsyncSession, mai: Actor) -> None:
    message = await make.message(session, new_id())

    with pytest.raises(NotFound):
        await actions.mark_read(session, mai, message.id)
    with pytest.raises(NotFound):
        await actions.mark_all_read(session, mai, up_to=message.id)

    assert message.read_at is None


async def test_mark_all_read_goes_up_to_what_he_has_seen(session: AsyncSession, mai: Actor) -> None:
    rows = [await make.message(session, mai.id) for _ in range(4)]
    foreign = await make.message(session, new_id())

    marked = await actions.mark_all_read(session, mai, up_to=rows[2].id)

    assert (marked, await queries.unread_count(session, mai.id)) == (3, 1)
    await session.refresh(foreign)
    assert foreign.read_at is None


async def test_an_address_is_used_after_its_code_came_back(session: AsyncSession, mai: Actor) -> None:
    row = await actions.set_email(session, mai, "mai@x.vn", keys=KEYS, version=None)

    mail = (await session.scalars(select(Message))).one()
    sent = (await session.scalars(select(Delivery))).one()
    code = confirmation_code("key", mai.id, "mai@x.vn")
    assert (row.email, row.email_confirmed_at) == ("mai@x.vn", None)
    assert mail.title == f"Mã xác nhận địa chỉ thư của bạn: {code}"
    assert (mail.in_app, sent.message_id, sent.channel) == (False, mail.id, Channel.EMAIL)

    confirmed = await actions.confirm_email(session, mai, code.lower(), keys=KEYS)

    assert confirmed.email_confirmed_at is not None
    assert await _deeds(session) == ["set_email", "confirm_email"]


async def test_the_code_mail_goes_to_the_address_not_confirmed_yet(session: AsyncSession, mai: Actor) -> None:
    await actions.set_email(session, mai, "mai@x.vn", keys=KEYS, version=None)

    parcels = await actions.claim(session, Channel.EMAIL, limit=9, keys=KEYS, base_url="")

    assert [parcel.content.to for parcel in parcels] == ["mai@x.vn"]  # type: ignore[union-attr]


async def test_a_code_under_the_older_key_still_confirms(session: AsyncSession, mai: Actor) -> None:
    await actions.set_email(session, mai, "mai@x.vn", keys=KEYS, version=None)

    row = await actions.confirm_email(session, mai, confirmation_code("older", mai.id, "mai@x.vn"), keys=KEYS)

    assert row.email_confirmed_at is not None


@pytest.mark.parametrize("code", ["", "ABCDE-FGHIJ", "của ai"])
async def test_a_wrong_code_confirms_nothing(code: str, session: AsyncSession, mai: Actor) -> None:
    row = await actions.set_email(session, mai, "mai@x.vn", keys=KEYS, version=None)

    with pytest.raises(WrongCode):
        await actions.confirm_email(session, mai, code, keys=KEYS)

    assert row.email_confirmed_at is None


async def test_another_persons_code_confirms_nothing(session: AsyncSession, mai: Actor) -> None:
    await actions.set_email(session, mai, "mai@x.vn", keys=KEYS, version=None)

    with pytest.raises(WrongCode):
        await actions.confirm_email(session, mai, confirmation_code("key", new_id(), "mai@x.vn"), keys=KEYS)


async def test_a_new_address_must_be_confirmed_anew(session: AsyncSession, mai: Actor) -> None:
    await actions.set_email(session, mai, "cu@x.vn", keys=KEYS, version=None)
    old = confirmation_code("key", mai.id, "cu@x.vn")
    await actions.confirm_email(session, mai, old, keys=KEYS)

    row = await actions.set_email(session, mai, "moi@x.vn", keys=KEYS, version=2)

    assert row.email_confirmed_at is None
    with pytest.raises(WrongCode):
        await actions.confirm_email(session, mai, old, keys=KEYS)


async def test_set_email_needs_the_version_he_has_read(session: AsyncSession, mai: Actor) -> None:
    await actions.set_email(session, mai, "cu@x.vn", keys=KEYS, version=None)

    with pytest.raises(PreconditionRequired):
        await actions.set_email(session, mai, "moi@x.vn", keys=KEYS, version=None)
    with pytest.raises(PreconditionFailed):
        await actions.set_email(session, mai, "moi@x.vn", keys=KEYS, version=9)
    same = await actions.set_email(session, mai, "cu@x.vn", keys=KEYS, version=None)

    assert (same.version, await make.count(session, Message)) == (1, 1)


async def test_only_so_many_codes_are_sent(session: AsyncSession, mai: Actor) -> None:
    for number in range(MOST_CODES):
        await actions.set_email(session, mai, f"mai{number}@x.vn", keys=KEYS, version=number or None)

    with pytest.raises(TooManyCodes):
        await actions.set_email(session, mai, "nua@x.vn", keys=KEYS, version=MOST_CODES)

    assert await make.count(session, Message) == MOST_CODES


async def test_removing_the_address_sends_nothing(session: AsyncSession, mai: Actor) -> None:
    await actions.set_email(session, mai, "cu@x.vn", keys=KEYS, version=None)

    row = await actions.set_email(session, mai, None, keys=KEYS, version=1)

    assert (row.email, row.email_confirmed_at, await make.count(session, Message)) == (None, None, 1)
    with pytest.raises(NotFound):
        await actions.confirm_email(session, mai, "x", keys=KEYS)


async def test_a_system_has_no_mailbox(session: AsyncSession, paper: Actor) -> None:
    with pytest.raises(NotAllowed):
        await actions.set_email(session, paper, "a@x.vn", keys=KEYS, version=None)
    with pytest.raises(NotAllowed):
        await actions.confirm_email(session, paper, "x", keys=KEYS)
    with pytest.raises(NotAllowed):
        await actions.set_preferences(session, paper, [], version=None)


async def test_preferences_are_replaced_whole(session: AsyncSession, mai: Actor) -> None:
    await actions.set_preferences(session, mai, ["b/email", "a/email", "b/email"], version=None)

    row = await actions.set_preferences(session, mai, ["c/in_app"], version=1)

    assert (row.muted, row.version) == (["c/in_app"], 2)
    with pytest.raises(PreconditionFailed):
        await actions.set_preferences(session, mai, [], version=1)


async def test_messages_stay_while_mails_of_codes_go(session: AsyncSession, mai: Actor) -> None:
    kept = await make.message(session, mai.id)
    kept.created_at = now() - timedelta(days=400)
    code = await make.message(session, mai.id)
    code.in_app, code.created_at = False, now() - timedelta(days=8)
    await session.flush()

    await actions.forget_delivered(session, now())

    assert list(await session.scalars(select(Message.id))) == [kept.id]
