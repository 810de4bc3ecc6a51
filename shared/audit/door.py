"""The auditor's door: what was done at and below the bodies he is auditor of. The same in all four services."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit.queries import deeds
from shared.auth import Actor, Role, SignedIn
from shared.clock import today
from shared.db import Session
from shared.directory.queries import audited
from shared.errors import Invalid, NotAllowed, NotSignedIn
from shared.paging import After, BadCursor, Limit, Listing, link_next
from shared.problems import responses

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class AuditView(BaseModel):
    """One deed: ids and names of fields, never values."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    at: datetime
    actor_id: UUID | None
    actor_kind: str
    action: str
    subject_type: str
    subject_id: UUID
    organisation_id: UUID | None
    fields: list[str]
    correlation_id: str | None


async def reached(session: AsyncSession, actor: Actor) -> set[UUID]:
    """The bodies whose audit he reads. Raises NotAllowed."""
    held = actor.organisations(Role.AUDITOR)
    if not held:
        raise NotAllowed
    return await audited(session, held, today())


@router.get(
    "",
    summary="Nhật ký: ai làm gì, lúc nào; dành cho người kiểm tra",
    responses=responses(NotSignedIn, NotAllowed, Invalid, BadCursor),
    operation_id="audit",
)
async def read_audit(
    *,
    request: Request,
    response: Response,
    session: Session,
    actor: SignedIn,
    organisation_id: UUID | None = None,
    subject_id: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Listing[AuditView]:
    """Việc làm tại và dưới cơ quan mình kiểm tra, mới nhất trước; chỉ có mã và tên trường, không có giá trị."""
    bodies = await reached(session, actor)
    wanted = bodies & {organisation_id} if organisation_id else bodies
    page = await deeds(session, wanted, subject_id=subject_id, after=after, limit=limit)
    link_next(request, response, page.next)
    return Listing(items=[AuditView.model_validate(row) for row in page.rows], next=page.next)
