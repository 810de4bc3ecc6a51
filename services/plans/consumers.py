"""The event door: what nominations tells us is counted towards duties."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from shared.bus import Consumer
from shared.clock import now
from shared.events.nominations import (
    NominationApproved,
    NominationDeclined,
    NominationResubmitted,
    NominationReturned,
    NominationSubmitted,
    NominationWithdrawn,
)

consumer = Consumer("plans")


@consumer.on(NominationSubmitted)
async def count(session: AsyncSession, fact: NominationSubmitted) -> None:
    """It counts from the instant it was submitted."""
    await actions.count_submission(session, fact, now=now())


@consumer.on(NominationResubmitted)
async def count_again(session: AsyncSession, fact: NominationResubmitted) -> None:
    """It counts again, from the instant it was sent again."""
    await actions.count_submission(session, fact, now=now())


@consumer.on(NominationReturned)
async def set_aside(session: AsyncSession, fact: NominationReturned) -> None:
    """It does not count until it is sent again."""
    await actions.note_outcome(session, fact, "returned", now=now())


@consumer.on(NominationWithdrawn)
async def forget(session: AsyncSession, fact: NominationWithdrawn) -> None:
    """It counts no more."""
    await actions.note_outcome(session, fact, "withdrawn", now=now())


@consumer.on(NominationDeclined)
async def note_declined(session: AsyncSession, fact: NominationDeclined) -> None:
    """It still counts: the duty is to present."""
    await actions.note_outcome(session, fact, "declined", now=now())


@consumer.on(NominationApproved)
async def note_approved(session: AsyncSession, fact: NominationApproved) -> None:
    """Shown with the duty it counts towards."""
    await actions.note_outcome(session, fact, "approved", now=now())
