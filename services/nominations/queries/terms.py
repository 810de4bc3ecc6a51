"""What an obligation asks of the nomination that answers it, and what was presented for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.models import Extension, Nomination, Obligation, Plan
from services.nominations.workflow import State
from shared.errors import NotKnownYet

PRESENTING = ("nominate", "rotation")  # the kinds of obligation that a nomination can answer


@dataclass(frozen=True, slots=True)
class Terms:
    """What an obligation asks of a nomination; what its clause leaves out is taken over from its plan."""

    plan: Plan
    obligation: Obligation
    maximum: int | None
    to_id: UUID | None
    via_id: UUID | None
    then_to_id: UUID | None


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
    def of(cls, plan: Plan, obligation: Obligation) -> Asked:
        """Of two rows."""
        own = obligation
        return cls(plan.withdrawn, plan.start_on, plan.end_on, own.position, own.kind, own.cadence, own.subject_types)


async def terms_of(session: AsyncSession, plan_id: UUID, obligation_id: UUID) -> Terms:
    """From the plan's `nominate` obligation of the same cadence where the clause is silent.

    Raises NotKnownYet.
    """
    general_too = and_(Obligation.kind == "nominate", Obligation.position.is_not(None))
    wanted = and_(Obligation.plan_id == Plan.id, or_(Obligation.id == obligation_id, general_too))
    rows = await session.execute(
        select(Plan, Obligation)
        .outerjoin(Obligation, wanted)
        .where(Plan.id == plan_id)
        .order_by(Obligation.position.nulls_last())
    )
    found = rows.all()
    if not found:
        raise NotKnownYet(id=str(plan_id), pointer="#/plan_id")
    plan, obligations = found[0][0], [obligation for _, obligation in found if obligation]
    own = next((o for o in obligations if o.id == obligation_id), None)
    if own is None:
        raise NotKnownYet(id=str(obligation_id), pointer="#/obligation_id")
    general = next(
        (o for o in obligations if o.kind == "nominate" and o.position is not None and o.cadence == own.cadence),
        own,
    )
    source = own if own.to_ids else general
    return Terms(
        plan,
        own,
        own.maximum if own.maximum is not None else general.maximum,
        UUID(source.to_ids[0]) if source.to_ids else None,
        own.via_id or source.via_id,
        own.then_to_id or source.then_to_id,
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
