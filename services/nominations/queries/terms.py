"""What an obligation asks of the nomination that answers it, and what was presented for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.models import Extension, Nomination, Obligation, Plan
from services.nominations.workflow import State
from shared.errors import NotKnownYet
from shared.question import ID, Question

PRESENTING = ("nominate", "rotation")  # the kinds of obligation that a nomination can answer


class Asked(NamedTuple):
    """What an obligation asks of a draft that names it: of the copies of plan and obligation."""

    withdrawn: bool
    start_on: date | None
    end_on: date | None
    position: int | None
    kind: str
    cadence: str | None
    subject_types: list[str]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Asked:
        """Of a row that has columns of these names."""
        return cls(**{name: row[name] for name in cls._fields})


class Terms(NamedTuple):
    """What an obligation asks of a nomination; what its clause leaves out is taken over from its plan."""

    asked: Asked
    maximum: int | None
    to_id: UUID | None
    via_id: UUID | None
    then_to_id: UUID | None


def _obligations() -> Question:
    """A plan beside the obligation that is asked for and all that may speak where its clause is silent."""
    plan, own = Plan.__table__.c, Obligation.__table__.c
    general_too = and_(own.kind == "nominate", own.position.is_not(None))
    wanted = and_(own.plan_id == plan.id, or_(own.id == ID, general_too))
    asked = (plan.withdrawn, plan.start_on, plan.end_on, own.position, own.kind, own.cadence, own.subject_types)
    return Question(
        select(own.id, *asked, own.maximum, own.to_ids, own.via_id, own.then_to_id)
        .select_from(Plan)
        .outerjoin(Obligation, wanted)
        .where(plan.id == bindparam("plan_id", type_=Uuid()))
        .order_by(own.position.nulls_last())
    )


OBLIGATIONS = _obligations()


async def terms_of(session: AsyncSession, plan_id: UUID, obligation_id: UUID) -> Terms:
    """From the plan's `nominate` obligation of the same cadence where the clause is silent.

    Raises NotKnownYet.
    """
    found = await OBLIGATIONS.rows(session, plan_id=plan_id, id=obligation_id)
    if not found:
        raise NotKnownYet(id=str(plan_id), pointer="#/plan_id")
    own = next((row for row in found if row["id"] == obligation_id), None)
    if own is None:
        raise NotKnownYet(id=str(obligation_id), pointer="#/obligation_id")
    alike = (row for row in found if row["kind"] == "nominate" and row["position"] is not None)
    general = next((row for row in alike if row["cadence"] == own["cadence"]), own)
    source = own if own["to_ids"] else general
    return Terms(
        Asked.of(own),
        own["maximum"] if own["maximum"] is not None else general["maximum"],
        UUID(source["to_ids"][0]) if source["to_ids"] else None,
        own["via_id"] or source["via_id"],
        own["then_to_id"] or source["then_to_id"],
    )


async def terms_named(session: AsyncSession, nomination: Nomination) -> Terms | None:
    """Those of the obligation that the nomination answers; None outside any plan. Raises NotKnownYet."""
    if nomination.plan_id is None or nomination.obligation_id is None:
        return None
    return await terms_of(session, nomination.plan_id, nomination.obligation_id)


async def count_presented(session: AsyncSession, nomination: Nomination) -> int:
    """Other exemplars that the unit presented for the same obligation, period and subject type."""
    counted = await session.scalar(
        select(func.count(Nomination.exemplar_id.distinct())).where(
            Nomination.obligation_id == nomination.obligation_id,
            Nomination.period_key == nomination.period_key,
            Nomination.organisation_id == nomination.organisation_id,
            Nomination.subject_type == nomination.subject_type,
            Nomination.exemplar_id != nomination.exemplar_id,
            Nomination.state.not_in([State.DRAFT, State.WITHDRAWN]),
        )
    )
    return counted or 0


async def extension_of(session: AsyncSession, nomination: Nomination) -> Extension | None:
    """The moved due instant of the duty that the nomination answers."""
    if nomination.obligation_id is None:
        return None
    return await session.scalar(
        select(Extension).where(
            Extension.organisation_id == nomination.organisation_id,
            Extension.obligation_id == nomination.obligation_id,
            Extension.period_key == nomination.period_key,
        )
    )
