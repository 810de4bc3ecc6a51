"""REST paths for the person who asks: who I am here."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from services.plans.queries import duties
from services.plans.rest.duties import told
from services.plans.schemas.duties import Me
from services.plans.workflow import DutyState
from shared.auth import SignedIn
from shared.db import Session
from shared.directory.posts import posts
from shared.errors import NotSignedIn
from shared.idempotency import IdempotentRoute, claim
from shared.problems import responses

router = APIRouter(prefix="/v1", route_class=IdempotentRoute, dependencies=[Depends(claim)], tags=["me"])
SHOWN = 20


@router.get("/me", summary="Tôi là ai, chức trách của tôi, việc đang chờ tôi", responses=responses(NotSignedIn))
async def get_me(session: Session, actor: SignedIn) -> Me:
    """Cũng trả lời người chưa có chức trách: `person_id` là mã để người quản trị giao chức trách."""
    own = actor.organisations()
    counts = await duties.owed_by(session, own)
    owed = duties.Wanted(owed_by=own, issued_by=(), states=(DutyState.OPEN, DutyState.OVERDUE))
    waiting = await duties.duties_page(session, owed, after=None, limit=SHOWN)
    return Me(
        person_id=actor.id,
        name=actor.name,
        offices=await posts(session, actor),
        open_duties=counts.get(DutyState.OPEN, 0),
        overdue_duties=counts.get(DutyState.OVERDUE, 0),
        waiting=await told(session, waiting.rows),
    )
