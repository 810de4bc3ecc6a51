"""REST paths of documents on their way to a plan: read, decided on, issued."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, permissions
from services.plans.actions.checking import PlanNotReady, PlanNumberTaken
from services.plans.actions.readings import (
    LeafNotLinked,
    LeafUnknown,
    NotConfirmed,
    NothingRead,
    PlanChangedMeanwhile,
    ReadingIdTaken,
)
from services.plans.confirming import DoesNotFit, LeafMissing, StatedTwice
from services.plans.deadlines import DeadlineBeforePeriod, NoOccurrence
from services.plans.models import PlanReading
from services.plans.queries import readings as queries
from services.plans.queries.shown_readings import shown
from services.plans.queries.whole_readings import whole
from services.plans.reading.problems import UNREADABLE
from services.plans.rest.plans import STEP
from services.plans.schemas.plans import PlanOut
from services.plans.schemas.readings.asked import DecisionsIn, ReadingIn
from services.plans.schemas.readings.given import ReadingLine, ReadingOut
from shared.auth import Role, SignedIn, TokenHolder
from shared.clock import now
from shared.conditional import IfMatch, give
from shared.db import Database, Session
from shared.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    NotKnownYet,
    NotSignedIn,
    StepNotPossible,
    Unavailable,
)
from shared.files.actions import FileNotCompleted, FileNotFound
from shared.files.store import Store
from shared.idempotency import IdempotentRoute, claim
from shared.paging import After, Limit, Listing, keyset, link_next
from shared.problems import responses
from shared.routes import ExactRoute

TAKING = (
    NotSignedIn,
    NotAllowed,
    NotFound,
    NotKnownYet,
    StepNotPossible,
    ReadingIdTaken,
    FileNotFound,
    FileNotCompleted,
)
ISSUING = (
    NotConfirmed,
    LeafNotLinked,
    LeafMissing,
    PlanChangedMeanwhile,
    StatedTwice,
    DoesNotFit,
    PlanNotReady,
    PlanNumberTaken,
    NotKnownYet,
)

# A document is read outside any transaction, so its path keeps no answers: its own id makes it safe to repeat.
taking = APIRouter(prefix="/v1/readings", route_class=ExactRoute, tags=["readings"])
deciding = APIRouter(
    prefix="/v1/readings", route_class=IdempotentRoute, dependencies=[Depends(claim)], tags=["readings"]
)


async def told(session: AsyncSession, row: PlanReading) -> ReadingOut:
    """The reading with all that is needed to decide on it."""
    return ReadingOut.of(await shown(session, await whole(session, row)))


@taking.post(
    "",
    summary="Đọc một văn bản kế hoạch",
    description="Không cần Idempotency-Key: cùng mã và cùng văn bản thì nhận lại bản đọc đã có.",
    status_code=201,
    responses=responses(*TAKING, *UNREADABLE, Unavailable)
    | {200: {"model": ReadingOut, "description": "Đã đọc trước"}},
)
async def read_document(request: Request, response: Response, holder: TokenHolder, *, body: ReadingIn) -> ReadingOut:
    """Từng mục kèm câu chữ trong văn bản; chưa có gì ràng buộc cho tới khi được xác nhận và ban hành."""
    database: Database = request.app.state.database
    store: Store = request.app.state.store
    row, new = await actions.read_document(database, store, holder, document=body.document(), at=now())
    response.status_code = 201 if new else 200
    response.headers["location"] = f"{request.scope.get('root_path', '')}/v1/readings/{row.id}"
    give(response, row)
    async with database.transaction() as session:
        return await told(session, row)


@deciding.get("", summary="Các văn bản đã đọc", responses=responses(NotSignedIn))
async def list_readings(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    plan_id: UUID | None = None,
    issued: bool | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing[ReadingLine]:
    """Của những cơ quan mà người hỏi là cán bộ kế hoạch; `plan_id`: những văn bản của một kế hoạch."""
    mine = (await permissions.with_inherited(session, actor)).organisations(Role.PLAN_OFFICER)
    statement = queries.readings_of(mine, issued=issued, plan_id=plan_id)
    found = await keyset(session, statement, [PlanReading.id], after=after, limit=limit)
    link_next(request, response, found.next)
    return Listing(items=[ReadingLine.of(row) for row in found.rows], next=found.next)


@deciding.get(
    "/{id}",
    summary="Xem một bản đọc",
    responses=responses(NotSignedIn, NotFound),
)
async def get_reading(session: Session, actor: SignedIn, *, response: Response, id: UUID) -> ReadingOut:
    """Toàn văn, từng mục, cơ quan được đề xuất, góp ý trước khi ký, và khác gì với kế hoạch đang sửa đổi."""
    row = await queries.reading(session, id)
    await permissions.check_may_read_reading(session, await permissions.with_inherited(session, actor), row)
    give(response, row)  # for If-Match, never a 304: what is proposed and named also follows the directory and the day
    return await told(session, row)


@deciding.post(
    "/{id}/decisions",
    summary="Xác nhận, sửa hoặc bỏ các mục",
    responses=responses(*STEP, Invalid, LeafUnknown, NothingRead, NotKnownYet),
)
async def decide(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: DecisionsIn, version: IfMatch
) -> ReadingOut:
    """Tất cả các mục đã gửi, hoặc không mục nào; nội dung máy đọc vẫn được giữ bên cạnh."""
    row = await actions.decide(session, actor, id, body.taken(), version=version, at=now())
    give(response, row)
    return await told(session, row)


@deciding.post(
    "/{id}/issue",
    summary="Ban hành đúng những gì đã xác nhận",
    responses=responses(*STEP, *ISSUING, DeadlineBeforePeriod, NoOccurrence),
)
async def issue(session: Session, actor: SignedIn, *, response: Response, id: UUID, version: IfMatch) -> PlanOut:
    """Mọi mục phải đã được xác nhận, sửa hoặc bỏ. Văn bản sửa đổi thì kế hoạch cũ nhận nội dung mới."""
    _, plan = await actions.issue_reading(session, actor, id, version=version, at=now())
    give(response, plan)
    return PlanOut.of(plan)


@deciding.delete("/{id}", status_code=204, summary="Bỏ một bản đọc", responses=responses(*STEP))
async def discard(session: Session, actor: SignedIn, *, id: UUID, version: IfMatch) -> None:
    """Không giữ lại gì ngoài nhật ký; tệp sẽ được dọn."""
    await actions.discard_reading(session, actor, id, version=version)
