"""What a plan asks of a nomination that answers it: period, subject type, and the most a unit may present."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import queries
from services.nominations.models import Nomination
from services.nominations.periods import days_of, touches
from services.nominations.queries import PRESENTING, Asked, Terms
from shared.errors import Conflict, Invalid


class PlanNoLongerBinds(Conflict):
    """The plan was withdrawn, or an amendment left this obligation out."""

    code = "plan-no-longer-binds"


class ObligationTakesNone(Invalid):
    """The obligation asks for something else than nominations."""

    code = "obligation-takes-none"


class PeriodDoesNotFit(Invalid):
    """The period does not fit the obligation's cadence or lies outside the plan's. Params: `period`."""

    code = "period-does-not-fit"


class PeriodNotNamed(Invalid):
    """Plan, obligation and period are named together or not at all."""

    code = "period-not-named"


class SubjectTypeNotAsked(Invalid):
    """The obligation asks for other subjects."""

    code = "subject-type-not-asked"


class LimitReached(Conflict):
    """The unit has presented as many as the plan allows. Params: `maximum`, `period`."""

    code = "limit-reached"


async def check_terms(session: AsyncSession, nomination: Nomination) -> Terms | None:
    """None for a nomination outside any plan.

    Raises NotKnownYet, PlanNoLongerBinds, ObligationTakesNone, PeriodDoesNotFit, PeriodNotNamed,
    SubjectTypeNotAsked.
    """
    plan_id, obligation_id, key = nomination.plan_id, nomination.obligation_id, nomination.period_key
    if plan_id is None or obligation_id is None or key is None:
        if plan_id or obligation_id or key:
            raise PeriodNotNamed(pointer="#/period_key")
        return None
    terms = await queries.terms_of(session, plan_id, obligation_id)
    check_asked(terms.asked, subject_type=nomination.subject_type, period=key)
    return terms


def check_asked(asked: Asked, *, subject_type: str, period: str) -> None:
    """Raises PlanNoLongerBinds, ObligationTakesNone, PeriodDoesNotFit, SubjectTypeNotAsked."""
    if asked.withdrawn or asked.position is None:
        raise PlanNoLongerBinds(pointer="#/obligation_id")
    if asked.kind not in PRESENTING:
        raise ObligationTakesNone(pointer="#/obligation_id")
    if asked.subject_types and subject_type not in asked.subject_types:
        raise SubjectTypeNotAsked(pointer="#/subject_type")
    try:
        days = days_of(period, asked.cadence)
    except ValueError as error:
        raise PeriodDoesNotFit(period=period, pointer="#/period_key") from error
    if not touches(days, asked.start_on, asked.end_on):
        raise PeriodDoesNotFit(period=period, pointer="#/period_key")


async def check_limit(session: AsyncSession, nomination: Nomination, terms: Terms | None) -> None:
    """Counts under a lock of (unit, obligation, period, subject type), held to the end of the transaction.

    Raises LimitReached.
    """
    if terms is None or terms.maximum is None:
        return
    names = ("organisation_id", "obligation_id", "period_key", "subject_type")
    place = "/".join(str(getattr(nomination, name)) for name in names)
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(place, 0))))
    if await queries.count_presented(session, nomination) >= terms.maximum:
        raise LimitReached(maximum=terms.maximum, period=nomination.period_key or "")
