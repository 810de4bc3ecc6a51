"""REST paths of plans and of their documents."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, permissions
from services.plans.actions.checking import PlanNotReady, PlanNumberTaken
from services.plans.actions.opening import NoSuchPeriod, PlanNotInForce
from services.plans.actions.plans import PlanIsRead
from services.plans.deadlines import DeadlineBeforePeriod, NoOccurrence
from services.plans.models import Plan, PlanVersion
from services.plans.queries import plans as queries
from services.plans.queries.readings import reading_if_any
from services.plans.schemas.plans import EarlierPeriod, Opened, PlanIn, PlanLine, PlanOut, VersionOut
from services.plans.schemas.readings.asked import DOCUMENT_LIMIT_BYTES
from services.plans.workflow import State
from shared.auth import Actor, Role, SignedIn
from shared.clock import now, today
from shared.conditional import UNCHANGED, IfMatch, MaybeIfMatch, etag, give, not_modified
from shared.db import Session
from shared.directory.queries import names_on
from shared.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    NotKnownYet,
    NotSignedIn,
    PreconditionFailed,
    PreconditionRequired,
    StepNotPossible,
)
from shared.files.actions import FileNotCompleted, FileNotFound
from shared.files.rest import files_router
from shared.files.tables import File
from shared.idempotency import IdempotentRoute, claim
from shared.paging import After, Limit, Listing, keyset, link_next
from shared.problems import made, responses
from shared.text import Typed

router = APIRouter(prefix="/v1/plans", route_class=IdempotentRoute, dependencies=[Depends(claim)], tags=["plans"])
STEP = (NotSignedIn, NotAllowed, NotFound, PreconditionRequired, PreconditionFailed, StepNotPossible)
TERMS = (Invalid, NotKnownYet, PlanNumberTaken, DeadlineBeforePeriod, NoOccurrence, FileNotFound, FileNotCompleted)
DOCUMENTS = frozenset(
    {
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/html",
        "text/markdown",
        "text/plain",
    }
)


async def may_read_file(session: AsyncSession, actor: Actor, file: File) -> None:
    """Who sent it, and whoever may read the reading or the plan it belongs to. Raises NotFound."""
    if file.created_by == actor.person_id:
        return
    if file.attached_to is None:
        raise NotFound
    reading = await reading_if_any(session, file.attached_to)
    if reading is not None:
        await permissions.check_may_read_reading(session, await permissions.with_inherited(session, actor), reading)
        return
    await permissions.check_may_read_file(session, actor, await queries.plan(session, file.attached_to))


files = files_router(
    "plans",
    may_announce=permissions.check_may_announce_file,
    may_read=may_read_file,
    media_types=DOCUMENTS,
    limit_bytes=DOCUMENT_LIMIT_BYTES,
)


def given(response: Response, plan: Plan) -> PlanOut:
    """The plan with its ETag."""
    give(response, plan)
    return PlanOut.of(plan)


@router.put("/{id}", summary="Soạn dự thảo kế hoạch", responses=responses(*STEP, *TERMS, PlanIsRead) | made(PlanOut))
async def put_plan(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: PlanIn, version: MaybeIfMatch
) -> PlanOut:
    """Ghi toàn bộ dự thảo; kế hoạch đã ban hành thì sửa đổi bằng `/amendments`."""
    plan, new = await actions.put_plan(session, actor, id, body.terms(), version=version)
    response.status_code = 201 if new else 200
    return given(response, plan)


@router.get("", summary="Tìm kế hoạch", responses=responses(NotSignedIn))
async def list_plans(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    text: Typed | None = None,
    issuer_id: UUID | None = None,
    state: State | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing[PlanLine]:
    """Theo số, ký hiệu hoặc trích yếu, có dấu hoặc không dấu. Dự thảo chỉ cán bộ kế hoạch của nơi ban hành thấy."""
    mine = (await permissions.with_inherited(session, actor)).organisations(Role.PLAN_OFFICER)
    found = await keyset(
        session,
        queries.plans_like(text, issuer_id=issuer_id, state=state, planning_for=mine),
        [Plan.id],
        after=after,
        limit=limit,
    )
    names = await names_on(session, {plan.issuer_id for plan in found.rows}, today())
    link_next(request, response, found.next)
    return Listing(items=[PlanLine.of(plan, names.get(plan.issuer_id)) for plan in found.rows], next=found.next)


@router.get(
    "/{id}",
    summary="Xem một kế hoạch",
    responses=responses(NotSignedIn, NotFound) | UNCHANGED,
    response_model=PlanOut,
)
async def get_plan(
    session: Session, actor: SignedIn, *, request: Request, response: Response, id: UUID
) -> PlanOut | Response:
    """Với từng nhiệm vụ như khi thực hiện: phần luân phiên lấy từ nhiệm vụ chung được ghi ở `taken_over`."""
    plan = await queries.plan(session, id)
    permissions.check_may_read_plan(await permissions.with_inherited(session, actor), plan)
    return not_modified(request, etag(plan.version)) or given(response, plan)


@router.get("/{id}/versions", summary="Các lần ban hành và sửa đổi", responses=responses(NotSignedIn, NotFound))
async def list_versions(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    id: UUID,
    limit: Limit = 20,
    after: After = None,
) -> Listing[VersionOut]:
    """Từ lần đầu."""
    officer = await permissions.with_inherited(session, actor)
    permissions.check_may_read_plan(officer, await queries.plan(session, id))
    found = await keyset(session, queries.versions_of(id), [PlanVersion.number], after=after, limit=limit)
    link_next(request, response, found.next)
    return Listing(items=[VersionOut.model_validate(row) for row in found.rows], next=found.next)


@router.post("/{id}/issue", summary="Ban hành kế hoạch", responses=responses(*STEP, PlanNotReady))
async def issue_plan(session: Session, actor: SignedIn, *, response: Response, id: UUID, version: IfMatch) -> PlanOut:
    """Nhiệm vụ của kỳ này và kỳ tới được mở ngay sau đó."""
    return given(response, await actions.issue_plan(session, actor, id, version=version, now=now()))


@router.post(
    "/{id}/amendments",
    summary="Sửa đổi kế hoạch đã ban hành",
    responses=responses(*STEP, *TERMS, PlanNotReady, PlanIsRead),
)
async def amend_plan(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: PlanIn, version: IfMatch
) -> PlanOut:
    """Gửi toàn bộ kế hoạch như sau khi sửa; chỉ nhiệm vụ còn mở được tính lại."""
    plan = await actions.amend_plan(session, actor, id, body.terms(), version=version, now=now())
    return given(response, plan)


@router.post("/{id}/closing", summary="Kết thúc kế hoạch", responses=responses(*STEP))
async def close_plan(session: Session, actor: SignedIn, *, response: Response, id: UUID, version: IfMatch) -> PlanOut:
    """Không mở thêm nhiệm vụ; việc còn nợ vẫn còn nợ."""
    return given(response, await actions.close_plan(session, actor, id, version=version))


@router.post("/{id}/withdrawal", summary="Thu hồi kế hoạch", responses=responses(*STEP))
async def withdraw_plan(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, version: IfMatch
) -> PlanOut:
    """Nhiệm vụ còn mở được bỏ."""
    return given(response, await actions.withdraw_plan(session, actor, id, version=version, now=now()))


@router.post(
    "/{id}/earlier-duties",
    summary="Mở nhiệm vụ của một kỳ trước khi ban hành ở đây",
    responses=responses(*STEP, NoSuchPeriod, PlanNotInForce),
)
async def open_earlier(session: Session, actor: SignedIn, *, id: UUID, body: EarlierPeriod, version: IfMatch) -> Opened:
    """Ví dụ `2026-Q1`; các kỳ sau khi ban hành tự mở."""
    opened = await actions.open_earlier(session, actor, id, period_key=body.period_key, version=version, now=now())
    return Opened(opened=opened)
