"""The unit's side: drafting, presenting, taking back, and recording what the persons concerned agreed to."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.nominations import actions
from services.nominations.actions import consent, notice, plan, present
from services.nominations.rest.answers import ATTACHING, CHANGING, DRAFTING, PLANNED, WRITING, Acting, shown
from services.nominations.schemas.asked import ConsentIn, Draft, DraftChanges
from services.nominations.schemas.given import NominationView
from shared.conditional import IfMatch, MaybeIfMatch
from shared.db import Session
from shared.idempotency import IdempotentRoute, claim
from shared.problems import responses

unit = APIRouter(prefix="/v1/nominations", tags=["unit"], route_class=IdempotentRoute, dependencies=[Depends(claim)])


@unit.post("", status_code=201, summary="Lập dự thảo", responses=responses(*DRAFTING))
async def create(request: Request, session: Session, actor: Acting, body: Draft, response: Response) -> NominationView:
    """Máy chủ đặt mã. Gửi kèm Idempotency-Key để gửi lại không tạo hai hồ sơ."""
    nomination = await actions.begin_draft(session, actor, body.content())
    response.headers["location"] = f"{request.scope.get('root_path', '')}/v1/nominations/{nomination.id}"
    return shown(response, nomination)


@unit.put(
    "/{id}",
    summary="Lập dự thảo với mã do máy khách chọn, hoặc thay toàn bộ nội dung",
    responses={201: {"description": "Đã lập dự thảo", "model": NominationView}, **responses(*DRAFTING)},
)
async def put(
    session: Session, actor: Acting, id: UUID, *, body: Draft, version: MaybeIfMatch, response: Response
) -> NominationView:
    """Cùng nội dung gửi lại: 200 và không có gì thay đổi. Nội dung khác cần If-Match."""
    nomination, new = await actions.put_draft(session, actor, id, body.content(), version=version)
    response.status_code = 201 if new else 200
    return shown(response, nomination)


@unit.patch("/{id}", summary="Sửa khi còn là dự thảo hoặc khi bị trả lại", responses=responses(*DRAFTING))
async def amend(
    session: Session, actor: Acting, id: UUID, *, body: DraftChanges, version: IfMatch, response: Response
) -> NominationView:
    """Trường không nêu thì giữ nguyên."""
    nomination = await actions.amend(session, actor, id, body.content(named_only=True), version=version)
    return shown(response, nomination)


@unit.delete("/{id}", status_code=204, summary="Xóa dự thảo", responses=responses(*CHANGING))
async def delete(session: Session, actor: Acting, id: UUID, version: IfMatch) -> None:
    """Chỉ khi chưa chuyển hồ sơ."""
    await actions.delete_draft(session, actor, id, version=version)


@unit.post(
    "/{id}/submission",
    summary="Chuyển hồ sơ lên cấp xét đầu tiên",
    responses=responses(*CHANGING, *PLANNED, present.NobodyAbove, plan.LimitReached),
)
async def submit(session: Session, actor: Acting, id: UUID, *, version: IfMatch, response: Response) -> NominationView:
    """Từ đây nội dung không sửa được cho tới khi bị trả lại; ghi nhận sự đồng ý thì lúc nào cũng được."""
    nomination = await actions.submit(session, actor, id, version=version)
    return shown(response, nomination)


@unit.post(
    "/{id}/resubmission",
    summary="Chuyển lại sau khi đã sửa theo yêu cầu",
    responses=responses(*CHANGING, plan.LimitReached),
)
async def resubmit(
    session: Session, actor: Acting, id: UUID, *, version: IfMatch, response: Response
) -> NominationView:
    """Về đúng cấp xét đã trả lại."""
    nomination = await actions.resubmit(session, actor, id, version=version)
    return shown(response, nomination)


@unit.post(
    "/{id}/withdrawal",
    summary="Rút hồ sơ khi chưa cấp nào phê duyệt",
    responses=responses(*CHANGING, present.AlreadyApproved),
)
async def withdraw(
    session: Session, actor: Acting, id: UUID, *, version: IfMatch, response: Response
) -> NominationView:
    """Sau lần phê duyệt đầu tiên thì rút lại sự đồng ý, hoặc đề nghị cấp đã phê duyệt thu hồi quyết định."""
    nomination = await actions.withdraw(session, actor, id, version=version)
    return shown(response, nomination)


@unit.post(
    "/{id}/consents",
    status_code=201,
    summary="Ghi nhận sự đồng ý của một người, theo từng loại kênh, kèm bằng chứng",
    responses=responses(*WRITING, *ATTACHING, consent.RoleNotNeeded, consent.ConsentIdTaken),
)
async def record_consent(
    session: Session, actor: Acting, id: UUID, *, body: ConsentIn, response: Response
) -> NominationView:
    """Lúc nào cũng ghi nhận được; im lặng không phải là đồng ý."""
    nomination = await actions.record_consent(session, actor, id, body.given())
    return shown(response, nomination)


@unit.post(
    "/{id}/notice/renewal",
    summary="Gia hạn liên kết của những người được giới thiệu thêm một năm",
    responses=responses(*WRITING, notice.NothingReleased),
)
async def renew_notices(session: Session, actor: Acting, id: UUID, *, response: Response) -> NominationView:
    """Liên kết giữ nguyên; lời thông báo được viết lại theo những gì đang được công bố."""
    nomination = await actions.renew_notices(session, actor, id)
    return shown(response, nomination)


@unit.post(
    "/{id}/consents/{consent_id}/withdrawal",
    summary="Ghi nhận việc người đó rút lại sự đồng ý; bài bị gỡ khỏi các kênh liên quan",
    responses=responses(*WRITING),
)
async def withdraw_consent(
    session: Session, actor: Acting, id: UUID, consent_id: UUID, *, response: Response
) -> NominationView:
    """Gửi lại lần nữa thì không có gì thay đổi."""
    nomination = await actions.withdraw_consent(session, actor, id, consent_id)
    return shown(response, nomination)
