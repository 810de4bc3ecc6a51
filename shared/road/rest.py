"""The operator's door to the parking: what waits in this service, and trying it again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from shared.auth import SignedIn
from shared.db import Session
from shared.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from shared.paging import Limit
from shared.problems import responses
from shared.road.hearing import Hearer
from shared.road.parking import drain, is_parked, parked
from shared.road.places import Key
from shared.routes import ExactRoute

Producer = Literal["plans", "nominations", "publicity", "notifications"]
OPERATIONS = "operations"  # the scope of a system token; no office allows it, for it cuts across all of them


async def _operator(actor: SignedIn) -> None:
    if OPERATIONS not in actor.scopes:
        raise NotAllowed


class ParkedView(BaseModel):
    """A fact that waits: its envelope, why, and when it is tried again. Its content is not shown."""

    producer: str
    aggregate_id: UUID
    sequence: int
    type: str
    reason: str
    error: str | None
    attempts: int
    parked_at: datetime
    next_try_at: datetime | None


class ParkedList(BaseModel):
    """What waits, oldest first."""

    items: list[ParkedView]


class Freed(BaseModel):
    """Whether everything of that aggregate is handled now."""

    free: bool


router = APIRouter(
    prefix="/v1/parked",
    tags=["operations"],
    route_class=ExactRoute,
    dependencies=[Depends(_operator)],
    responses=responses(NotSignedIn, NotAllowed, Invalid),
)


@router.get("", summary="Các sự việc đang phải chờ ở dịch vụ này, lâu nhất trước")
async def list_parked(session: Session, limit: Limit = 100) -> ParkedList:
    """Cần mã của hệ thống có scope `operations`."""
    return ParkedList(items=[ParkedView.model_validate(row) for row in await parked(session, limit=limit)])


@router.post(
    "/{producer}/{aggregate_id}/retry",
    summary="Thử lại ngay các sự việc đang chờ của một đối tượng, đúng thứ tự",
    responses=responses(NotFound),
)
async def retry(*, request: Request, session: Session, producer: Producer, aggregate_id: UUID) -> Freed:
    """`free: false` nghĩa là vẫn chưa xử lý được; xem `error` trong danh sách."""
    key = Key(producer, aggregate_id)
    if not await is_parked(session, key):
        raise NotFound(pointer="#/path/aggregate_id")
    hearer: Hearer = request.app.state.receiver
    return Freed(free=await drain(hearer, key, only_due=False))
