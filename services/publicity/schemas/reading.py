"""What everyone reads by REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.publicity.channels import Site
from services.publicity.models import Placement
from services.publicity.queries import Body, ItemFilter, Shown
from services.publicity.workflow import State
from shared.errors import Invalid
from shared.exact import Day

ITEM_EXAMPLE: JsonDict = {
    "id": "6f1a5c52-58c6-5d2b-9f6e-1c1d8c1f2a10",
    "url": "https://lantoa.example/publicity/p/items/6f1a5c52-58c6-5d2b-9f6e-1c1d8c1f2a10",
    "state": "published",
    "edition": 1,
    "title": "Tổ tự quản bảo vệ môi trường khu dân cư số 5",
    "summary": "Ba năm liền không để phát sinh điểm rác tự phát.",
    "body": "Mỗi sáng thứ Bảy, 24 hộ trong tổ cùng nhau dọn vệ sinh tuyến bờ biển.",
    "results": [{"label": "Hộ tham gia", "value": "24/24"}],
    "pictures": [],
    "credit": "Ban Công tác Mặt trận khu dân cư số 5",
    "language": "vi",
    "subject_type": "collective",
    "subject_name": "Tổ tự quản số 5",
    "kind": "new_model",
    "field": "môi trường",
    "published_at": "2026-11-21T02:00:00Z",
}


class Strict(BaseModel):
    """A body from outside: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class BodyView(BaseModel):
    """Một cơ quan, với tên hôm nay; `name` trống khi thông tin của cơ quan chưa về tới đây."""

    id: UUID
    slug: str | None
    name: str | None


class MovementView(BaseModel):
    """Một phong trào thi đua."""

    id: UUID
    name: str


class ResultView(BaseModel):
    """Một kết quả đo được."""

    label: str
    value: str


class PictureView(BaseModel):
    """Một ảnh; `url` chuyển tới liên kết có hiệu lực 5 phút."""

    id: UUID
    url: str
    media_type: str
    alternative: str


class PlacementView(BaseModel):
    """Tin trên một kênh."""

    channel_id: UUID
    kind: str
    name: str
    url: str | None
    placed_at: datetime


class ItemView(BaseModel):
    """Một tin đã đăng. `withdrawn`: đã gỡ nhưng còn đọc được, kèm lời giải thích."""

    model_config = ConfigDict(json_schema_extra={"examples": [ITEM_EXAMPLE]})

    id: UUID
    nomination_id: UUID
    url: str
    state: State
    explanation: str | None
    edition: int
    note: str | None
    title: str
    summary: str
    body: str | None
    results: list[ResultView]
    pictures: list[PictureView]
    credit: str | None
    language: str = "vi"
    subject_type: str
    subject_name: str
    kind: str
    field: str | None
    owner: BodyView
    organisation: BodyView
    movement: MovementView | None
    placements: list[PlacementView]
    published_at: datetime
    corrected_at: datetime | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, shown: Shown, site: Site) -> Self:
        """The item as everyone sees it."""
        item, edition = shown.item, shown.edition
        same = ("id", "nomination_id", "state", "explanation", "subject_type", "subject_name", "kind", "field")
        times = ("published_at", "corrected_at", "withdrawn_at")
        text = ("note", "title", "summary", "body", "results", "credit")
        return cls.model_validate(
            {name: getattr(item, name) for name in (*same, *times)}
            | {name: getattr(edition, name) for name in text}
            | {
                "url": site.item(item.id),
                "edition": edition.number,
                "pictures": [picture | {"url": site.picture(picture["id"])} for picture in edition.pictures],
                "owner": _body(shown.owner),
                "organisation": _body(shown.organisation),
                "movement": shown.movement and {"id": shown.movement.id, "name": shown.movement.name},
                "placements": [placement_of(placement) for placement in shown.placements],
            }
        )


def _body(body: Body) -> dict[str, Any]:
    return {"id": body.id, "slug": body.slug, "name": body.name}


def placement_of(placement: Placement) -> dict[str, Any]:
    """The item on one channel; views without a state leave it out."""
    channel = placement.channel
    same = {"channel_id": channel.id, "kind": channel.kind, "name": channel.name, "url": channel.url}
    return same | {"state": placement.state, "placed_at": placement.placed_at}


class ItemQuery(Strict):
    """Bộ lọc tin đã đăng; ngày tính theo giờ Việt Nam, kể cả hai đầu."""

    owner_id: UUID | None = None
    organisation_id: UUID | None = None
    movement_id: UUID | None = None
    subject_type: Annotated[str | None, Field(max_length=50)] = None
    kind: Annotated[str | None, Field(max_length=50)] = None
    field: Annotated[str | None, Field(max_length=200)] = None
    published_from: Day | None = None
    published_to: Day | None = None
    search: Annotated[str | None, Field(max_length=200, description="Có dấu hay không dấu đều tìm được")] = None
    after: Annotated[str | None, Field(max_length=500, description="`next` của trang trước")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20

    def wanted(self) -> ItemFilter:
        """Raises Invalid for NUL, which no text here holds."""
        texts = (self.subject_type, self.kind, self.field, self.search)
        if any("\0" in text for text in texts if text):
            raise Invalid(pointer="#/query")
        return ItemFilter(**self.model_dump(exclude={"after", "limit"}))


class FactsView(BaseModel):
    """Các sự kiện đã gửi, theo thứ tự gửi (CloudEvents, JSON). `next` dùng cho lần đọc sau, cả khi trang này trống."""

    events: list[dict[str, Any]]
    next: str
