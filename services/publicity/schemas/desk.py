"""What editors read by REST, and what editors send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.publicity import channels
from services.publicity.actions import Words
from services.publicity.models import Edition, Item
from services.publicity.schemas.reading import ResultView, Strict, placement_of
from services.publicity.workflow import EditionState, PlacementState, State, Withdrawal
from shared.text import Line, Paragraphs


class EditionView(BaseModel):
    """Một phiên bản: đang soạn (`draft`), đang hiện (`live`) hoặc đã thay (`past`)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int | None
    state: EditionState
    title: str | None
    summary: str | None
    body: str | None
    results: list[ResultView]
    credit: str | None
    note: str | None
    created_at: datetime
    live_at: datetime | None


class DeskPlacementView(BaseModel):
    """Tin trên một kênh, kể cả khi còn chờ."""

    channel_id: UUID
    kind: str
    name: str
    url: str | None
    state: PlacementState
    placed_at: datetime | None


class DeskItemView(BaseModel):
    """Tin như biên tập viên thấy. `version` là ETag, gửi lại trong If-Match khi thay đổi."""

    id: UUID
    nomination_id: UUID
    owner_id: UUID
    organisation_id: UUID
    version: int
    state: State
    withdrawal: Withdrawal | None
    explanation: str | None
    subject_type: str
    subject_name: str | None
    kinds: list[str] = Field(description="Các loại kênh mà người được nêu gương đã đồng ý")
    editions: list[EditionView]
    placements: list[DeskPlacementView]
    published_at: datetime | None

    @classmethod
    def of(cls, item: Item) -> Self:
        """The item with its editions and placements."""
        same = ("id", "nomination_id", "owner_id", "organisation_id", "version", "state", "withdrawal")
        also = ("explanation", "subject_type", "subject_name", "published_at")
        return cls.model_validate(
            {name: getattr(item, name) for name in (*same, *also)}
            | {
                "kinds": sorted(channels.consented(item)),
                "editions": [_edition(edition) for edition in item.editions],
                "placements": [placement_of(placement) for placement in item.placements],
            }
        )


def _edition(edition: Edition) -> EditionView:
    return EditionView.model_validate(edition)


class Alternative(Strict):
    """Lời mô tả thay cho một ảnh, cho người không nhìn thấy ảnh."""

    picture_id: UUID
    alternative: Annotated[Line, Field(max_length=500)]


class WordsIn(Strict):
    """Lời văn mới; trường để trống thì giữ nguyên."""

    title: Annotated[Line, Field(max_length=300)] | None = None
    summary: Annotated[Paragraphs, Field(max_length=2000)] | None = None
    body: Paragraphs | None = None
    credit: Annotated[Line, Field(max_length=300)] | None = None
    alternatives: Annotated[list[Alternative], Field(max_length=50)] = []

    def words(self) -> Words:
        """The same for the action."""
        alternatives = {entry.picture_id: entry.alternative for entry in self.alternatives}
        return Words(self.title, self.summary, self.body, self.credit, alternatives)


class DraftIn(WordsIn):
    """Bản đang soạn."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Tổ tự quản số 5 giữ sạch bờ biển"}]})


class CorrectionIn(WordsIn):
    """Đính chính: phiên bản mới hiện ngay, `note` nói đã sửa gì."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"summary": "Bốn năm liền.", "note": "Sửa số năm: bốn, không phải ba."}]}
    )

    note: Annotated[Line, Field(max_length=500)]


class PublicationIn(Strict):
    """Đưa bản đang soạn lên."""

    note: Annotated[Line, Field(max_length=500)]


class WithdrawalIn(Strict):
    """Gỡ tin. `withdrawn`: còn đọc được kèm lời giải thích; `gone`: không còn gì, không nêu lý do."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "withdrawn", "explanation": "Đang xác minh lại số liệu."}]}
    )

    kind: Literal["gone", "withdrawn"]
    explanation: Annotated[Paragraphs, Field(max_length=2000)] | None = None

    @model_validator(mode="after")
    def _said_where_it_is_shown(self) -> Self:
        if (self.kind == "withdrawn") != (self.explanation is not None):
            raise ValueError("«withdrawn» cần lời giải thích (explanation); «gone» không nêu lời giải thích")
        return self
