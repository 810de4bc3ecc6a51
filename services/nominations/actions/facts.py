"""What every fact of a nomination begins with, and the audit line beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.models import Nomination
from shared import audit
from shared.auth import Actor


def about(nomination: Nomination) -> dict[str, Any]:
    """The fields of NominationFact."""
    return {
        "nomination_id": nomination.id,
        "organisation_id": nomination.organisation_id,
        "nominator_id": nomination.nominator_id,
        "title": nomination.title,
        "plan_id": nomination.plan_id,
        "obligation_id": nomination.obligation_id,
        "period_key": nomination.period_key,
    }


def sign(actor: Actor, nomination: Nomination) -> None:
    """He has a hand in it from now on, and so does not decide on it."""
    if str(actor.id) not in nomination.author_ids:
        nomination.author_ids = [*nomination.author_ids, str(actor.id)]


def note(session: AsyncSession, actor: Actor, action: str, nomination: Nomination, fields: Iterable[str] = ()) -> None:
    """In the audit; beside the change."""
    session.add(deed(actor, action, nomination, fields))


def deed(actor: Actor, action: str, nomination: Nomination, fields: Iterable[str] = ()) -> audit.AuditRow:
    """The deed falls under the auditors of the nominating unit and of all above it."""
    subject = ("nomination", nomination.id)
    return audit.deed(actor, action, subject, organisation_id=nomination.organisation_id, fields=fields)
