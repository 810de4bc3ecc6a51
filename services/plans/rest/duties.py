"""REST paths of duties: «Ai còn nợ điển hình?»."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, permissions
from services.plans.models import Duty
from services.plans.queries import duties as queries
from services.plans.queries import plans
from services.plans.schemas.duties import (
    Board,
    BoardLine,
    DutyOut,
    DutyWhole,
    Extension,
    PresentationOut,
    Waiver,
)
from services.plans.workflow import DutyState
from shared.auth import Role, SignedIn
from shared.clock import now, today
from shared.conditional import UNCHANGED, IfMatch, etag, give, not_modified
from shared.db import Session
from shared.directory.queries import below, names_on
from shared.errors import NotAllowed, NotFound, NotSignedIn, PreconditionFailed, PreconditionRequired, StepNotPossible
from shared.idempotency import IdempotentRoute, claim
from shared.paging import After, Limit, Listing, link_next
from shared.problems import responses
from shared.text import Typed

router = APIRouter(prefix="/v1/duties", route_class=IdempotentRoute, dependencies=[Depends(claim)], tags=["duties"])
STEP = (NotSignedIn, NotAllowed, NotFound, PreconditionRequired, PreconditionFailed, StepNotPossible)
Key = Annotated[Typed, StringConstraints(max_length=20)]
PeriodKey = Annotated[Key | None, Query(description="Ví dụ 2026-Q4, 2026-11, wave-1")]


async def told(session: AsyncSession, duties: Sequence[Duty]) -> list[DutyOut]:
    """With today's names. One statement."""
    ids = {key for duty in duties for key in (duty.organisation_id, duty.to_id, duty.via_id) if key}
    names = await names_on(session, ids, today())
    return [DutyOut.of(duty, names) for duty in duties]


@router.get("", summary="Ai còn nợ điển hình?", responses=responses(NotSignedIn))
async def list_duties(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    organisation_id: UUID | None = None,
    period: PeriodKey = None,
    state: Annotated[list[DutyState] | None, Query()] = None,
    plan_id: UUID | None = None,
    under: UUID | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing[DutyOut]:
    """Đơn vị thấy việc của mình; cán bộ kế hoạch của nơi ban hành thấy cả kế hoạch.

    `under`: các đơn vị dưới một tổ chức.
    """
    officer = await permissions.with_inherited(session, actor)
    wanted = queries.Wanted(
        owed_by=actor.organisations(),
        issued_by=officer.organisations(Role.PLAN_OFFICER),
        states=state or (),
        organisation_id=organisation_id,
        period_key=period,
        plan_id=plan_id,
        among=await below(session, [under], today()) if under else None,
    )
    found = await queries.duties_page(session, wanted, after=after, limit=limit)
    link_next(request, response, found.next)
    return Listing(items=await told(session, found.rows), next=found.next)


@router.get("/board", summary="Bảng theo dõi của một kế hoạch", responses=responses(NotSignedIn, NotFound))
async def get_board(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    plan_id: UUID,
    period: PeriodKey = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> Board:
    """Mỗi đơn vị bao nhiêu việc ở mỗi trạng thái; dành cho cán bộ kế hoạch của nơi ban hành."""
    officer = await permissions.with_inherited(session, actor)
    permissions.check_may_see_board(officer, await plans.plan(session, plan_id))
    bodies = await queries.board_page(session, plan_id, period, after=after, limit=limit + 1)
    shown, more = bodies[:limit], len(bodies) > limit
    counts = await queries.board_counts(session, plan_id, period, shown)
    totals = await queries.board_counts(session, plan_id, period, None)
    names = await names_on(session, shown, today())
    next_id = shown[-1] if more else None
    link_next(request, response, str(next_id) if next_id else None)
    return Board(
        plan_id=plan_id,
        period_key=period,
        totals={state: number for _, state, number in totals},
        items=[
            BoardLine(
                organisation_id=body,
                organisation_name=names.get(body),
                counts={state: number for owner, state, number in counts if owner == body},
            )
            for body in shown
        ],
        next=next_id,
    )


@router.get(
    "/{id}",
    summary="Xem một nhiệm vụ và những gì đã giới thiệu",
    responses=responses(NotSignedIn, NotFound) | UNCHANGED,
    response_model=DutyWhole,
)
async def get_duty(
    session: Session, actor: SignedIn, *, request: Request, response: Response, id: UUID
) -> DutyWhole | Response:
    """Cả hồ sơ đã trả lại hoặc rút, không được tính."""
    duty = await queries.duty(session, id)
    permissions.check_may_read_duty(await permissions.with_inherited(session, actor), duty)
    give(response, duty)
    unchanged = not_modified(request, etag(duty.version))
    return unchanged or await whole(session, duty)


async def whole(session: AsyncSession, duty: Duty) -> DutyWhole:
    """With what was presented."""
    (line,) = await told(session, [duty])
    presented = await queries.presentations_of(session, duty.id)
    return DutyWhole(**line.model_dump(), presented=[PresentationOut.model_validate(row) for row in presented])


@router.post("/{id}/waiver", summary="Miễn nhiệm vụ cho đơn vị", responses=responses(*STEP))
async def waive(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: Waiver, version: IfMatch
) -> DutyWhole:
    """Cán bộ kế hoạch của nơi ban hành, khi nhiệm vụ còn mở."""
    duty = await actions.waive(session, actor, id, reason=body.reason, version=version, now=now())
    give(response, duty)
    return await whole(session, duty)


@router.post("/{id}/extension", summary="Gia hạn cho đơn vị", responses=responses(*STEP, actions.NotLater))
async def extend(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: Extension, version: IfMatch
) -> DutyWhole:
    """Hạn mới không gồm chính thời điểm ghi; đơn vị được nhắc lại trước hạn mới."""
    duty = await actions.extend(
        session, actor, id, due_before=body.due_before, reason=body.reason, version=version, now=now()
    )
    give(response, duty)
    return await whole(session, duty)
