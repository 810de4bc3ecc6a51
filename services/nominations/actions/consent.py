"""Consent.

Recorded by the unit with its proof, withdrawn by the unit or by the person himself through his link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import permissions, queries
from services.nominations.actions.facts import note
from services.nominations.actions.needed import fits, needed
from services.nominations.actions.settle import settle
from services.nominations.models import Consent, Nomination, Notice
from shared.auth import Actor
from shared.clock import now, today
from shared.errors import Conflict, Invalid, NotFound
from shared.files.actions import attach
from shared.text import fold


class RoleNotNeeded(Invalid):
    """Consent of this person says nothing about this subject."""

    code = "consent-role-not-needed"


class ConsentIdTaken(Conflict):
    """The id names another consent."""

    code = "consent-id-taken"


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One person's yes, as collected; proof is a file or the words as recorded."""

    id: UUID
    person_name: str
    role: str
    channel_kinds: tuple[str, ...]
    given_on: date | None = None  # None: today
    statement: str | None = None
    proof_file_id: UUID | None = None


async def record_consent(session: AsyncSession, actor: Actor, nomination_id: UUID, given: ConsentGiven) -> Nomination:
    """At any time; what may be shown grows with it. The same consent again changes nothing.

    Raises NotFound, NotAllowed, RoleNotNeeded, ConsentIdTaken and what `attach` raises.
    """
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    row = Consent(
        id=given.id,
        nomination_id=nomination.id,
        exemplar_id=nomination.exemplar_id,
        person_name=given.person_name,
        role=given.role,
        channel_kinds=sorted(set(given.channel_kinds)),
        statement=given.statement,
        proof_file_id=given.proof_file_id,
        given_on=given.given_on or today(),
        collector_id=actor.id,
        recorded_at=now(),
    )
    if not any(fits(row, need) for need in needed(nomination)):
        raise RoleNotNeeded(pointer="#/role")
    if await _is_known(session, nomination, row, dated=given.given_on is not None):
        return nomination
    if row.proof_file_id:
        await attach(session, [row.proof_file_id], to=nomination.id, by=actor.id)
    nomination.consents.append(row)
    nomination.version += 1
    note(session, actor, "record_consent", nomination, ["consents"])
    await settle(session, nomination)
    return nomination


async def _is_known(session: AsyncSession, nomination: Nomination, row: Consent, *, dated: bool) -> bool:
    """A client without a date may repeat itself on another day. Raises ConsentIdTaken."""
    found = await session.get(Consent, row.id)
    if found is None:
        return False
    said = ("exemplar_id", "person_name", "role", "channel_kinds", "statement", "proof_file_id")
    same = all(getattr(found, name) == getattr(row, name) for name in (*said, *(["given_on"] if dated else [])))
    if found.nomination_id != nomination.id or not same:
        raise ConsentIdTaken(pointer="#/id")
    return True


async def withdraw_consent(session: AsyncSession, actor: Actor, nomination_id: UUID, consent_id: UUID) -> Nomination:
    """On the person's word to the unit; twice is once. Raises NotFound, NotAllowed."""
    nomination = await queries.nomination_to_change(session, nomination_id)
    permissions.check_may_nominate(actor, nomination)
    consent = next((c for c in nomination.consents if c.id == consent_id), None)
    if consent is None:
        raise NotFound
    await _withdraw(session, actor, nomination, [consent])
    return nomination


async def withdraw_as_person(session: AsyncSession, notice: Notice) -> Nomination:
    """Through the link: everything this person agreed to in this role; twice is once. Raises NotFound."""
    nomination = await queries.nomination_to_change(session, notice.nomination_id)
    own = [c for c in nomination.consents if c.role == notice.role and fold(c.person_name) == notice.person_key]
    await _withdraw(session, Actor("person", None, notice.person_name), nomination, own)
    return nomination


async def _withdraw(session: AsyncSession, actor: Actor, nomination: Nomination, consents: Iterable[Consent]) -> None:
    standing = [consent for consent in consents if consent.withdrawn_at is None]
    if not standing:
        return
    for consent in standing:
        consent.withdrawn_at, consent.withdrawn_by = now(), actor.person_id
    nomination.version += 1
    note(session, actor, "withdraw_consent", nomination, ["consents"])
    await settle(session, nomination)
