"""The text for the person concerned.

And the signed link by which he sees where he is shown and withdraws his consent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import permissions, queries
from services.nominations.actions.facts import about, note
from services.nominations.actions.needed import agreed, counts
from services.nominations.models import Nomination, Notice
from shared import road
from shared.auth import Actor
from shared.clock import VIETNAM, now, today
from shared.db import new_id, remembered
from shared.directory.queries import names_on
from shared.errors import Conflict, Gone, NotAllowed, NotFound
from shared.events.nominations import NoticePrepared
from shared.text import fold

LIFETIME = timedelta(days=365)
FORM_LIFETIME = timedelta(hours=1)
KIND_LABELS = {
    "portal": "cổng, trang thông tin điện tử",
    "newspaper": "báo",
    "radio_tv": "phát thanh, truyền hình",
    "loudspeaker": "loa truyền thanh",
    "magazine": "tạp chí",
    "event": "hội nghị, sự kiện",
    "visual": "cổ động trực quan (pa-nô, áp phích)",
    "word_of_mouth": "tuyên truyền miệng",
}


class NoticeExpired(Gone):
    """The link's year is over; the unit can have a new one made."""

    code = "notice-expired"


class NothingReleased(Conflict):
    """There is nothing to tell the persons concerned: nothing may be shown now."""

    code = "nothing-released"


class FormExpired(NotAllowed):
    """The form was opened too long ago, or is not ours."""

    code = "form-expired"


async def prepare_notices(session: AsyncSession, nomination: Nomination) -> None:
    """One for each person whose consent counts.

    An existing one keeps its link and gets the new text and a new year.
    """
    persons = {
        (consent.role, fold(consent.person_name)): consent.person_name
        for consent in nomination.consents
        if counts(consent, nomination)
    }
    known = {(n.role, n.person_key): n for n in nomination.notices}
    bodies = [station.organisation_id for station in nomination.approved_stations]
    named, day = frozenset([nomination.organisation_id, *bodies]), today()
    names = await remembered(session, ("names", named, day), lambda: names_on(session, named, day))
    unit = names.get(nomination.organisation_id, "đơn vị của ông/bà")
    deciders = [names.get(body, "cơ quan có thẩm quyền") for body in bodies]
    moment = now()
    for (role, key), name in persons.items():
        notice = known.get((role, key))
        if notice is None:
            notice = Notice(id=new_id(), nomination_id=nomination.id, role=role, person_key=key, person_name=name)
            nomination.notices.append(notice)
        notice.prepared_at, notice.expires_at = moment, moment + LIFETIME
        notice.text = _text(nomination, name, unit=unit, deciders=deciders, expires_at=notice.expires_at)
    road.record(session, NoticePrepared(**about(nomination)))


async def renew_notices(session: AsyncSession, actor: Actor, nomination_id: UUID) -> Nomination:
    """The links as they are, for another year, with the text as it is now.

    Raises NotFound, NotAllowed, NothingReleased.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    if not any(release.kinds for release in nomination.releases):
        raise NothingReleased
    await prepare_notices(session, nomination)
    note(session, actor, "renew_notices", nomination)
    return nomination


def _text(nomination: Nomination, name: str, *, unit: str, deciders: Sequence[str], expires_at: datetime) -> str:
    kinds = "; ".join(KIND_LABELS[kind] for kind in KIND_LABELS if kind in agreed(nomination))
    return (
        f"Kính gửi ông/bà {name},\n\n"
        f"{unit} đã giới thiệu «{nomination.title}» và {', '.join(deciders)} đã phê duyệt. "
        f"Theo sự đồng ý đã ghi nhận, bài giới thiệu được công bố trên: {kinds}.\n\n"
        "Ông/bà mở liên kết kèm theo để xem bài đang được đăng ở đâu, "
        "và có thể rút lại sự đồng ý bất cứ lúc nào, không cần nêu lý do. "
        f"Liên kết dành riêng cho ông/bà, dùng được đến hết ngày {expires_at.astimezone(VIETNAM):%d/%m/%Y}."
    )


async def notice_of(session: AsyncSession, token: str, keys: Sequence[str]) -> Notice:
    """The notice a link was made for. Raises NotFound for a link that is not ours, NoticeExpired."""
    try:
        raw, signature = (_bytes(part) for part in token.split("."))
        notice_id = UUID(bytes=raw)
    except ValueError as error:
        raise NotFound from error
    if not any(hmac.compare_digest(signature, _mac(key, f"notice:{notice_id}")) for key in keys):
        raise NotFound
    notice = await session.get(Notice, notice_id)
    if notice is None:
        raise NotFound
    if notice.expires_at <= now():
        raise NoticeExpired
    return notice


def link_token(notice_id: UUID, keys: Sequence[str]) -> str:
    """Signed with the first key; links signed with older keys still open."""
    return f"{_text_of(notice_id.bytes)}.{_text_of(_mac(keys[0], f'notice:{notice_id}'))}"


def form_token(notice_id: UUID, keys: Sequence[str], *, at: datetime) -> str:
    """For one hour: only a page of ours can withdraw, and only after it was read."""
    moment = int(at.timestamp())
    return f"{moment}.{_text_of(_mac(keys[0], f'withdraw:{notice_id}:{moment}'))}"


def check_form(token: str, notice_id: UUID, keys: Sequence[str]) -> None:
    """Raises FormExpired."""
    moment, _, signature = token.partition(".")
    if not moment.isascii() or not moment.isdecimal() or len(moment) > 12:
        raise FormExpired
    expected = (_text_of(_mac(key, f"withdraw:{notice_id}:{moment}")) for key in keys)
    if not any(hmac.compare_digest(signature.encode(), one.encode()) for one in expected):
        raise FormExpired
    if int(moment) + FORM_LIFETIME.total_seconds() < now().timestamp():
        raise FormExpired


def _mac(key: str, content: str) -> bytes:
    """A key of our own is derived, so that no other signed thing of the house can be taken for a link."""
    return hmac.digest(hashlib.sha256(f"notices:{key}".encode()).digest(), content.encode(), "sha256")


def _text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
