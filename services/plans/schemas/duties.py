"""Duties, the board of a plan and «me» as the REST door gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from services.plans.models import Duty
from services.plans.workflow import LABELS, DutyState
from shared.clock import VIETNAM
from shared.directory.posts import OfficeView
from shared.exact import Instant
from shared.text import Line

Vietnamese = Annotated[datetime, AfterValidator(lambda instant: instant.astimezone(VIETNAM))]  # the day people read off
Reason = Annotated[Line, StringConstraints(max_length=500)]


class DutyOut(BaseModel):
    """One organisation's share of an obligation in one period; names are today's.

    `due_before` is exclusive; `last_second` is what people say: what is sent then still counts. Both in +07:00.
    """

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0198c0de-0000-7000-8000-000000000010",
                    "plan_id": "0198c0de-0000-7000-8000-000000000001",
                    "plan_code": "221/KH-UBND",
                    "obligation_id": "0198c0de-0000-7000-8000-000000000002",
                    "label": "O3-IV",
                    "kind": "rotation",
                    "what": "Giới thiệu gương điển hình tiên tiến",
                    "organisation_id": "0198c0de-0000-7000-8000-000000000006",
                    "organisation_name": "Ban Chỉ huy quân sự",
                    "period_key": "2026-Q4",
                    "period_start_on": "2026-10-01",
                    "period_end_on": "2026-12-31",
                    "minimum": 1,
                    "maximum": None,
                    "counted": 0,
                    "due_before": "2026-12-05T00:00:00+07:00",
                    "last_second": "2026-12-04T23:59:59+07:00",
                    "extended": False,
                    "to_id": "0198c0de-0000-7000-8000-000000000003",
                    "to_name": "Thường trực Hội đồng Thi đua - Khen thưởng",
                    "via_id": "0198c0de-0000-7000-8000-000000000004",
                    "via_name": "Phòng Nội vụ",
                    "taken_over": ["minimum", "deadline", "to_ids", "via_id", "then_to_id"],
                    "state": "open",
                    "state_label": "chưa đến hạn",
                    "reached_at": None,
                    "reason": None,
                    "version": 1,
                }
            ]
        },
    )

    id: UUID
    plan_id: UUID
    plan_code: str | None
    obligation_id: UUID
    label: str
    kind: str
    what: str | None
    organisation_id: UUID
    organisation_name: str | None = None
    period_key: str
    period_start_on: date
    period_end_on: date
    minimum: int
    maximum: int | None
    counted: int
    due_before: Vietnamese
    last_second: Vietnamese
    extended: bool
    to_id: UUID | None
    to_name: str | None = None
    via_id: UUID | None
    via_name: str | None = None
    taken_over: list[str]
    state: DutyState
    state_label: str = ""
    reached_at: Vietnamese | None
    reason: str | None
    version: int

    @classmethod
    def of(cls, duty: Duty, names: Mapping[UUID, str]) -> Self:
        """With names and the label of its state."""
        told = cls.model_validate(duty)
        told.organisation_name = names.get(duty.organisation_id)
        told.to_name = names.get(duty.to_id) if duty.to_id else None
        told.via_name = names.get(duty.via_id) if duty.via_id else None
        told.state_label = LABELS[duty.state]
        return told


class PresentationOut(BaseModel):
    """A nomination presented towards a duty, and what has become of it; `counts` unless returned or withdrawn."""

    model_config = ConfigDict(from_attributes=True)

    nomination_id: UUID
    organisation_id: UUID
    title: str
    submitted_at: Vietnamese
    standing: str
    counts: bool


class DutyWhole(DutyOut):
    """A duty with what was presented."""

    presented: list[PresentationOut] = []


class Waiver(BaseModel):
    """Why a body is released from a duty."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Đơn vị mới thành lập trong quý."}]}
    )

    reason: Reason


class Extension(BaseModel):
    """A later due instant (exclusive), and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"due_before": "2026-12-16T00:00:00+07:00", "reason": "Ảnh hưởng của bão số 12."}]
        },
    )

    due_before: Instant
    reason: Reason


class BoardLine(BaseModel):
    """How many duties a body has in each state."""

    organisation_id: UUID
    organisation_name: str | None
    counts: dict[DutyState, int]


class Board(BaseModel):
    """One page of a plan's bodies, and the counts of the whole plan."""

    plan_id: UUID
    period_key: str | None
    totals: dict[DutyState, int]
    items: list[BoardLine]
    next: UUID | None = None


class Me(BaseModel):
    """Who I am here, my offices today, and what waits for me. `person_id` is what an administrator asks for."""

    person_id: UUID
    name: str
    offices: list[OfficeView]
    open_duties: int
    overdue_duties: int
    waiting: list[DutyOut]
