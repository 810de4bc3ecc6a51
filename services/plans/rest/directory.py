"""REST paths of the directory: organisations, offices, channels, movements."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import StringConstraints

from services.plans import actions, permissions
from services.plans.lineage import CycleInTree, EndsBeforeStart, HeirOfItself, OverlappingDates
from services.plans.models import Channel, Movement
from services.plans.queries import directory as queries
from services.plans.schemas.directory import (
    ChannelIn,
    ChannelOut,
    MovementIn,
    MovementOut,
    OfficeIn,
    OfficeOut,
    OrganisationIn,
    OrganisationLine,
    OrganisationOut,
)
from shared.auth import Role, SignedIn
from shared.clock import today
from shared.conditional import UNCHANGED, IfMatch, MaybeIfMatch, etag, give, not_modified
from shared.db import Session
from shared.directory.queries import below, names_on
from shared.directory.tables import Office, Organisation
from shared.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    NotKnownYet,
    NotSignedIn,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.exact import Day
from shared.idempotency import IdempotentRoute, claim
from shared.paging import After, Limit, Listing, keyset, link_next
from shared.problems import made, responses
from shared.text import Typed

router = APIRouter(prefix="/v1", route_class=IdempotentRoute, dependencies=[Depends(claim)], tags=["directory"])
WRITING = (NotSignedIn, NotAllowed, Invalid, NotKnownYet, PreconditionRequired, PreconditionFailed)
Text = Annotated[Typed | None, Query(description="Tìm có dấu hoặc không dấu")]
Hierarchy = Annotated[Typed, StringConstraints(max_length=50)]


def created(response: Response, new: bool) -> None:
    """201 for what was not there."""
    response.status_code = 201 if new else 200


@router.put(
    "/organisations/{id}",
    summary="Ghi một tổ chức: tên, quan hệ, mã định danh, cơ quan kế thừa",
    responses=responses(*WRITING, OverlappingDates, EndsBeforeStart, HeirOfItself, CycleInTree, actions.SlugTaken)
    | made(OrganisationOut),
)
async def put_organisation(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: OrganisationIn, version: MaybeIfMatch
) -> OrganisationOut:
    """Ghi toàn bộ; gửi lại đúng nội dung cũ thì không có gì thay đổi."""
    row, new = await actions.put_organisation(session, actor, body.fact(id), version=version)
    created(response, new)
    give(response, row)
    fact = (await queries.whole_organisations(session, [id]))[id]
    return OrganisationOut.of(fact, row.version, None)


@router.get(
    "/organisations",
    summary="Tìm tổ chức theo tên (kể cả tên cũ), hệ thống, hoặc dưới một tổ chức",
    responses=responses(NotSignedIn),
)
async def list_organisations(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    text: Text = None,
    hierarchy: Hierarchy | None = None,
    under: UUID | None = None,
    on: Day | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing[OrganisationLine]:
    """Sắp theo slug. `on` chọn ngày để lấy tên và quan hệ; mặc định là hôm nay."""
    day = on or today()
    ids = await below(session, [under], day) if under else None
    found = await keyset(
        session,
        queries.organisations_like(text, hierarchy, ids),
        [Organisation.slug, Organisation.id],
        after=after,
        limit=limit,
    )
    names = await names_on(session, [row.id for row in found.rows], day)
    link_next(request, response, found.next)
    return Listing(
        items=[
            OrganisationLine(
                id=row.id,
                slug=row.slug or "",
                hierarchy=row.hierarchy or "",
                name=names.get(row.id, row.slug or ""),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in found.rows
        ],
        next=found.next,
    )


@router.get(
    "/organisations/{id}",
    summary="Xem một tổ chức, toàn bộ hoặc như vào một ngày",
    responses=responses(NotSignedIn, NotFound) | UNCHANGED,
    response_model=OrganisationOut,
)
async def get_organisation(
    session: Session, actor: SignedIn, *, request: Request, response: Response, id: UUID, on: Day | None = None
) -> OrganisationOut | Response:
    """`on=2020-09-28`: tên và quan hệ đúng vào ngày đó."""
    fact = (await queries.whole_organisations(session, [id])).get(id)
    if fact is None:
        raise NotFound
    row = await session.get_one(Organisation, id)
    give(response, row)
    return not_modified(request, etag(row.version)) or OrganisationOut.of(fact, row.version, on)


@router.put(
    "/offices/{id}",
    summary="Giao chức trách cho một người tại một tổ chức",
    responses=responses(*WRITING, EndsBeforeStart, actions.BodyNotStanding) | made(OfficeOut),
)
async def put_office(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: OfficeIn, version: MaybeIfMatch
) -> OfficeOut:
    """Người quản trị của tổ chức đó hoặc cấp trên; không ai giao chức trách cho chính mình."""
    office, new = await actions.put_office(session, actor, body.fact(id), version=version)
    created(response, new)
    give(response, office)
    return OfficeOut.model_validate(office)


@router.post(
    "/offices/{id}/revocation",
    summary="Thu hồi chức trách ngay",
    responses=responses(NotSignedIn, NotAllowed, NotFound, PreconditionRequired, PreconditionFailed),
)
async def revoke_office(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, version: IfMatch
) -> OfficeOut:
    """Ngày cuối cùng của chức trách là hôm qua."""
    office = await actions.revoke_office(session, actor, id, version=version)
    give(response, office)
    return OfficeOut.model_validate(office)


@router.get(
    "/offices",
    summary="Chức trách tại các tổ chức mình quản trị",
    responses=responses(NotSignedIn),
)
async def list_offices(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing[OfficeOut]:
    """Cả chức trách đã qua và sắp tới."""
    reached = await permissions.reach(session, actor, Role.ADMINISTRATOR)
    wanted = reached & {organisation_id} if organisation_id else reached
    found = await keyset(session, queries.offices_at(wanted, person_id), [Office.id], after=after, limit=limit)
    link_next(request, response, found.next)
    return Listing(items=[OfficeOut.model_validate(row) for row in found.rows], next=found.next)


@router.get("/offices/{id}", summary="Xem một chức trách", responses=responses(NotSignedIn, NotFound))
async def get_office(session: Session, actor: SignedIn, *, response: Response, id: UUID) -> OfficeOut:
    """Của chính mình, hoặc tại tổ chức mình quản trị."""
    office = await session.get(Office, id)
    if office is None:
        raise NotFound
    own = office.person_id == actor.person_id
    if not own and office.organisation_id not in await permissions.reach(session, actor, Role.ADMINISTRATOR):
        raise NotFound
    give(response, office)
    return OfficeOut.model_validate(office)


@router.put(
    "/channels/{id}",
    summary="Ghi một kênh của tổ chức",
    responses=responses(*WRITING, EndsBeforeStart) | made(ChannelOut),
)
async def put_channel(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: ChannelIn, version: MaybeIfMatch
) -> ChannelOut:
    """Người quản trị của tổ chức đó hoặc cấp trên."""
    channel, new = await actions.put_channel(session, actor, body.fact(id), version=version)
    created(response, new)
    give(response, channel)
    return ChannelOut.model_validate(channel)


@router.get("/channels", summary="Danh sách kênh", responses=responses(NotSignedIn))
async def list_channels(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    organisation_id: UUID | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing[ChannelOut]:
    """Của một tổ chức, hoặc tất cả."""
    found = await keyset(session, queries.channels_of(organisation_id), [Channel.id], after=after, limit=limit)
    link_next(request, response, found.next)
    return Listing(items=[ChannelOut.model_validate(row) for row in found.rows], next=found.next)


@router.put("/movements/{id}", summary="Ghi một phong trào thi đua", responses=responses(*WRITING) | made(MovementOut))
async def put_movement(
    session: Session, actor: SignedIn, *, response: Response, id: UUID, body: MovementIn, version: MaybeIfMatch
) -> MovementOut:
    """Cán bộ kế hoạch của tổ chức giữ mục này."""
    kept_by = body.organisation_id
    movement, new = await actions.put_movement(session, actor, body.fact(id), kept_by=kept_by, version=version)
    created(response, new)
    give(response, movement)
    return MovementOut.model_validate(movement)


@router.get("/movements", summary="Tìm phong trào theo tên gọi", responses=responses(NotSignedIn))
async def list_movements(
    session: Session,
    actor: SignedIn,
    *,
    request: Request,
    response: Response,
    text: Text = None,
    limit: Limit = 50,
    after: After = None,
) -> Listing[MovementOut]:
    """Kể cả tên gọi khác."""
    found = await keyset(session, queries.movements_like(text), [Movement.id], after=after, limit=limit)
    link_next(request, response, found.next)
    return Listing(items=[MovementOut.model_validate(row) for row in found.rows], next=found.next)
