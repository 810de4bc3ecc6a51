"""Plans as the REST door takes and gives them."""

from __future__ import annotations

import datetime as dates
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.config import JsonDict

from services.plans.models import Plan
from services.plans.terms import Obligation, PlanTerms
from services.plans.workflow import LABELS, State
from shared.clock import day

PeriodKey = Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-zA-Z0-9-]+$")]

PLAN_221: JsonDict = {
    "issuer_id": "0198c0de-0000-7000-8000-000000000001",
    "document_type": "KH",
    "number": "221",
    "symbol": "KH-UBND",
    "date": "2020-09-28",
    "title": "Tuyên truyền và nhân rộng gương điển hình tiên tiến trên địa bàn huyện",
    "period": {"kind": "open_ended"},
    "subjects": {"collective": True, "individual": True, "household": True},
    "cited": [{"type": "Chỉ thị", "code": "34-CT/TW", "date": "2014-04-07", "relation": "basis"}],
    "obligations": [
        {
            "id": "0198c0de-0000-7000-8000-000000000002",
            "label": "O2",
            "kind": "nominate",
            "what": "Lựa chọn và giới thiệu từ 01 điển hình tiên tiến trở lên",
            "actor": "mỗi đơn vị",
            "bearers": {"edge_type": "line_of_command", "of_id": "0198c0de-0000-7000-8000-000000000001"},
            "minimum": 1,
            "cadence": "quarterly",
            "deadline": {"rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5", "strictly_before": True},
            "to_ids": ["0198c0de-0000-7000-8000-000000000003"],
            "via_id": "0198c0de-0000-7000-8000-000000000004",
            "then_to_id": "0198c0de-0000-7000-8000-000000000005",
            "quote": "Hàng quý, mỗi đơn vị lựa chọn và giới thiệu từ 01 điển hình tiên tiến trở lên",
        }
    ],
}


class PlanIn(PlanTerms):
    """A plan, whole. Partial dates are as precise as stated: `2020`, `2020-06` or `2020-06-28`."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLAN_221]})

    def terms(self) -> PlanTerms:
        """The value that is kept."""
        return PlanTerms.model_validate(self.model_dump(by_alias=True))


class ObligationOut(Obligation):
    """An obligation; a rotation with what it takes over filled in and named in `taken_over`."""

    taken_over: list[str] = []
    opens_duties_here: bool

    @classmethod
    def of(cls, terms: PlanTerms, stated: Obligation) -> Self:
        """The obligation as it works."""
        obligation, taken = terms.effective(stated)
        given = obligation.model_dump(by_alias=True)
        return cls.model_validate({**given, "taken_over": taken, "opens_duties_here": obligation.opens_duties})


class PlanOut(BaseModel):
    """A plan as it now stands. `history`: its period was over when it was issued here, so it opens no duties."""

    id: UUID
    state: State
    state_label: str
    code: str | None
    issued_at: datetime | None
    history: bool
    version: int
    terms: PlanTerms
    obligations: list[ObligationOut]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """With every obligation as it works."""
        return cls(
            id=plan.id,
            state=plan.state,
            state_label=LABELS[plan.state],
            code=plan.terms.code,
            issued_at=plan.issued_at,
            history=bool(plan.issued_at and plan.terms.period.over_by(day(plan.issued_at))),
            version=plan.version,
            terms=plan.terms,
            obligations=[ObligationOut.of(plan.terms, stated) for stated in plan.terms.obligations],
        )


class PlanLine(BaseModel):
    """A plan in a list."""

    id: UUID
    issuer_id: UUID
    issuer_name: str | None
    code: str | None
    title: str
    date: str | None
    state: State
    state_label: str
    start_on: dates.date | None
    end_on: dates.date | None

    @classmethod
    def of(cls, plan: Plan, issuer_name: str | None) -> Self:
        """Without its obligations."""
        return cls(
            id=plan.id,
            issuer_id=plan.issuer_id,
            issuer_name=issuer_name,
            code=plan.terms.code,
            title=plan.terms.title,
            date=plan.terms.date,
            state=plan.state,
            state_label=LABELS[plan.state],
            start_on=plan.terms.period.start_on,
            end_on=plan.terms.period.end_on,
        )


class VersionOut(BaseModel):
    """What a plan said from `issued_at` on."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    issued_at: datetime
    terms: PlanTerms


class EarlierPeriod(BaseModel):
    """A period that was over before the plan was issued here, e.g. `2026-Q1`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"period_key": "2026-Q1"}]})

    period_key: PeriodKey


class Opened(BaseModel):
    """How many duties were opened."""

    opened: int
