"""What must hold of a plan's terms before they are kept, and before they bind."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.deadlines import check_deadline
from services.plans.queries import lineages
from services.plans.queries import plans as queries
from services.plans.terms import Cadence, Obligation, PlanTerms
from shared.clock import today
from shared.errors import Conflict, Invalid, NotKnownYet


class PlanNumberTaken(Conflict):
    """The issuer has another plan of that year with this number and symbol. Params: `code`."""

    code = "plan-number-taken"


class PlanNotReady(Conflict):
    """An obligation lacks what its duties need. Params: `label`, `missing`."""

    code = "plan-not-ready"


async def check_terms(session: AsyncSession, plan_id: UUID, terms: PlanTerms) -> None:
    """Raises NotKnownYet, PlanNumberTaken, DeadlineBeforePeriod, NoOccurrence."""
    for key, pointer in await queries.unknown_names(session, terms):
        raise NotKnownYet(id=str(key), pointer=pointer)
    if await queries.same_code(session, plan_id, terms):
        raise PlanNumberTaken(pointer="#/number", code=terms.code or "")
    for place, obligation in enumerate(terms.obligations):
        if obligation.opens_duties and obligation.deadline:
            _check_deadline(terms, obligation, f"#/obligations/{place}/deadline", issued_on=today())


async def check_issuable(session: AsyncSession, terms: PlanTerms, issued_on: date) -> None:
    """Whatever opens duties has bearers, a receiver and a due instant; nothing is asked of a plan whose period is over.

    Raises PlanNotReady, NoEnd, DeadlineBeforePeriod, NoOccurrence.
    """
    if terms.period.over_by(issued_on):
        return
    for place, stated in enumerate(terms.obligations):
        if stated.opens_duties:
            obligation, _ = terms.effective(stated)
            at = f"#/obligations/{place}"
            if not obligation.bearers.stated:
                raise PlanNotReady(pointer=f"{at}/bearers", label=stated.label, missing="bearers")
            if obligation.cadence is Cadence.AFTER_EACH_WAVE and not terms.waves:
                raise PlanNotReady(pointer="#/waves", label=stated.label, missing="waves")
            if not obligation.to_ids and not await _all_have_superiors(session, obligation, issued_on):
                raise PlanNotReady(pointer=f"{at}/to_ids", label=stated.label, missing="to_ids")
            _check_deadline(terms, obligation, f"{at}/deadline", issued_on=issued_on)


async def _all_have_superiors(session: AsyncSession, obligation: Obligation, day: date) -> bool:
    bearers = await lineages.bearers_on(session, obligation.bearers, day)
    standing = await lineages.standing_bodies(session, bearers, day)
    bodies = {body for body in standing.values() if body}
    return None not in (await lineages.superiors(session, bodies, day)).values()


def _check_deadline(terms: PlanTerms, obligation: Obligation, pointer: str, *, issued_on: date) -> None:
    try:
        check_deadline(terms, obligation, issued_on)
    except Invalid as error:
        error.pointer = pointer
        raise
