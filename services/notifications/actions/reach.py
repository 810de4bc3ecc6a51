"""How a person wants to be reached: his e-mail address, confirmed by a code sent to it, and what he mutes."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.actions.notices import send_code
from services.notifications.channels import confirmation_code
from services.notifications.models import Recipient
from services.notifications.permissions import check_is_person
from shared import audit
from shared.auth import Actor
from shared.clock import now
from shared.conditional import check_version
from shared.errors import AppError, Invalid, NotFound

CODES_WITHIN, MOST_CODES = timedelta(hours=1), 5


class TooManyCodes(AppError):
    """Five codes an hour: nobody's mailbox is filled by our hand."""

    status, code = 429, "too-many-codes"
    retry_after_s = 3600


class WrongCode(Invalid):
    """The code does not belong to the address that is set now."""

    code = "wrong-confirmation-code"


async def _own(session: AsyncSession, actor: Actor) -> tuple[Recipient, bool]:
    """His row, locked, made when it is missing; whether it was made."""
    made = await session.scalar(
        insert(Recipient)
        .values(person_id=actor.id, email=None, email_confirmed_at=None, muted=[], version=0)
        .on_conflict_do_nothing()
        .returning(Recipient.person_id)
    )
    row = await queries.recipient_to_change(session, actor.id)
    assert row is not None
    return row, made is not None


async def set_email(
    session: AsyncSession, actor: Actor, address: str | None, *, keys: Sequence[str], version: int | None
) -> Recipient:
    """Sets or removes the address; a new one gets a code by mail and is used once that code came back.

    The same address again changes nothing. Raises NotAllowed, PreconditionRequired, PreconditionFailed, TooManyCodes.
    """
    check_is_person(actor)
    row, made = await _own(session, actor)
    if not made and row.email == address:
        return row
    if not made:
        check_version(row, version)
    if address is not None and await queries.codes_sent(session, actor.id, now() - CODES_WITHIN) >= MOST_CODES:
        raise TooManyCodes
    row.email, row.email_confirmed_at = address, None
    row.version += 1
    audit.note(session, actor, "set_email", ("recipient", actor.id), organisation_id=None, fields=["email"])
    if address is not None:
        await send_code(session, row, _code(row, keys[0]))
    return row


def _code(row: Recipient, key: str) -> str:
    return confirmation_code(key, row.person_id, row.email)


async def confirm_email(session: AsyncSession, actor: Actor, code: str, *, keys: Iterable[str]) -> Recipient:
    """From now on mails go to the address. A second time changes nothing. Raises NotAllowed, NotFound, WrongCode."""
    check_is_person(actor)
    row = await queries.recipient_to_change(session, actor.id)
    if row is None or row.email is None:
        raise NotFound
    given = code.strip().upper().encode()
    if not any(hmac.compare_digest(_code(row, key).encode(), given) for key in keys):
        raise WrongCode(pointer="#/code")
    if row.email_confirmed_at is None:
        row.email_confirmed_at = now()
        row.version += 1
        audit.note(session, actor, "confirm_email", ("recipient", actor.id), organisation_id=None)
    return row


async def set_preferences(
    session: AsyncSession, actor: Actor, muted: Iterable[str], *, version: int | None
) -> Recipient:
    """Replaces what he mutes, whole. Raises NotAllowed, PreconditionRequired, PreconditionFailed."""
    check_is_person(actor)
    row, made = await _own(session, actor)
    wanted = sorted(set(muted))
    if not made and row.muted == wanted:
        return row
    if not made:
        check_version(row, version)
    row.muted = wanted
    row.version += 1
    audit.note(session, actor, "set_preferences", ("recipient", actor.id), organisation_id=None, fields=["muted"])
    return row
