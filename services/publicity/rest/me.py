"""Who I am here, and how many items wait for me as an editor."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.publicity import queries
from shared.auth import Role, SignedIn
from shared.db import Session
from shared.directory.posts import OfficeView, posts
from shared.errors import NotSignedIn
from shared.problems import responses

router = APIRouter(prefix="/v1", tags=["me"])


class MeView(BaseModel):
    """`waiting`: items that stand on some channel of mine only once I place them."""

    person_id: UUID
    name: str
    offices: list[OfficeView]
    waiting: int


@router.get("/me", summary="Tôi là ai, chức trách hôm nay, việc đang chờ", responses=responses(NotSignedIn))
async def me(session: Session, actor: SignedIn) -> MeView:
    """Trả lời cả người chưa có chức trách, để người quản trị biết mã cá nhân mà giao."""
    owners = await queries.kept_by(session, actor.organisations(Role.EDITOR))
    waiting = await queries.count_waiting(session, owners)
    return MeView(person_id=actor.id, name=actor.name, offices=await posts(session, actor), waiting=waiting)
