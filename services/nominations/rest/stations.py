"""The stations' side: taking up, sending back, deciding, and stopping publication."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Response

from services.nominations import actions
from services.nominations.permissions import ConflictDeclared, OwnNomination
from services.nominations.rest.answers import DECIDING, WRITING, Acting, shown
from services.nominations.schemas.asked import ApprovalIn, ReasonIn, ReturnIn, RevocationIn
from services.nominations.schemas.given import NominationView
from shared.conditional import IfMatch
from shared.db import Session
from shared.errors import NotKnownYet, StepNotPossible
from shared.idempotency import IdempotentRoute, claim
from shared.problems import responses

stations = APIRouter(
    prefix="/v1/nominations/{id}", tags=["reviewing"], route_class=IdempotentRoute, dependencies=[Depends(claim)]
)
HOLDING = (*WRITING, OwnNomination, ConflictDeclared)


@stations.post("/take-up", summary="Tiếp nhận để thẩm định", responses=responses(*DECIDING))
async def take_up(session: Session, actor: Acting, id: UUID, *, version: IfMatch, response: Response) -> NominationView:
    """Người thẩm định hoặc người phê duyệt của cấp xét, kể cả cơ quan mà hồ sơ đi qua."""
    nomination = await actions.take_up(session, actor, id, version=version)
    return shown(response, nomination)


@stations.post("/return", summary="Trả lại, nêu từng trường cần sửa", responses=responses(*DECIDING))
async def return_to_unit(
    session: Session, actor: Acting, id: UUID, *, body: ReturnIn, version: IfMatch, response: Response
) -> NominationView:
    """Góp ý chỉ những người xử lý hồ sơ đọc được."""
    remarks = [(remark.field, remark.remark) for remark in body.fields]
    nomination = await actions.return_to_unit(session, actor, id, remarks, version=version)
    return shown(response, nomination)


@stations.post("/approval", summary="Phê duyệt", responses=responses(*DECIDING, NotKnownYet))
async def approve(
    session: Session,
    actor: Acting,
    id: UUID,
    *,
    version: IfMatch,
    response: Response,
    body: Annotated[ApprovalIn, Body(default_factory=ApprovalIn)],
) -> NominationView:
    """Bài được công bố trên những loại kênh đã có sự đồng ý; cấp trên kế tiếp nhận được hồ sơ nếu `recommend`."""
    nomination = await actions.approve(session, actor, id, version=version, recommend=body.recommend)
    return shown(response, nomination)


@stations.post("/decline", summary="Không phê duyệt", responses=responses(*DECIDING))
async def decline(
    session: Session, actor: Acting, id: UUID, *, body: ReasonIn, version: IfMatch, response: Response
) -> NominationView:
    """Phê duyệt của các cấp dưới vẫn giữ nguyên."""
    nomination = await actions.decline(session, actor, id, body.reason, version=version)
    return shown(response, nomination)


@stations.post("/revocation", summary="Thu hồi quyết định phê duyệt của cấp mình", responses=responses(*DECIDING))
async def revoke(
    session: Session, actor: Acting, id: UUID, *, body: RevocationIn, version: IfMatch, response: Response
) -> NominationView:
    """Bài bị gỡ khỏi các kênh của cấp đó."""
    nomination = await actions.revoke(session, actor, id, body.station_id, reason=body.reason, version=version)
    return shown(response, nomination)


@stations.post("/recusal", summary="Khai báo xung đột lợi ích: tôi không quyết định", responses=responses(*WRITING))
async def recuse(session: Session, actor: Acting, id: UUID, *, body: ReasonIn, response: Response) -> NominationView:
    """Không rút lại được."""
    nomination = await actions.recuse(session, actor, id, body.reason)
    return shown(response, nomination)


@stations.post("/holds", status_code=201, summary="Tạm dừng công bố", responses=responses(*HOLDING, StepNotPossible))
async def place_hold(
    session: Session, actor: Acting, id: UUID, *, body: ReasonIn, response: Response
) -> NominationView:
    """Bài bị gỡ khỏi mọi kênh của mọi cấp cho tới khi cấp đã tạm dừng cho công bố lại."""
    nomination = await actions.place_hold(session, actor, id, body.reason)
    return shown(response, nomination)


@stations.post("/holds/{hold_id}/lift", summary="Cho công bố lại", responses=responses(*HOLDING))
async def lift_hold(session: Session, actor: Acting, id: UUID, hold_id: UUID, *, response: Response) -> NominationView:
    """Chỉ cấp đã tạm dừng."""
    nomination = await actions.lift_hold(session, actor, id, hold_id)
    return shown(response, nomination)
