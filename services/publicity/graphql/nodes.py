"""What the portal graph shows: items with the bodies behind them, organisations, movements."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from services.publicity.channels import Site
from services.publicity.models import Movement, Placement
from services.publicity.queries import Body, Lineage, Shown


@strawberry.type(name="OrganisationRef", description="Một cơ quan, với tên hôm nay.")
class BodyNode:
    """An organisation behind an item."""

    id: UUID
    slug: str | None
    name: str | None

    @classmethod
    def of(cls, body: Body) -> BodyNode:
        """As it is called today."""
        return cls(id=body.id, slug=body.slug, name=body.name)


@strawberry.type(name="Result", description="Một kết quả đo được.")
class ResultNode:
    """One measured result."""

    label: str
    value: str


@strawberry.type(name="Picture", description="Một ảnh; `url` chuyển tới liên kết có hiệu lực 5 phút.")
class PictureNode:
    """One picture."""

    url: str
    media_type: str
    alternative: str


@strawberry.type(name="Placement", description="Tin trên một kênh.")
class PlacementNode:
    """The item on one channel."""

    channel_id: UUID
    kind: str
    name: str
    url: str | None
    placed_at: datetime | None

    @classmethod
    def of(cls, placement: Placement) -> PlacementNode:
        """Where it stands."""
        channel = placement.channel
        return cls(
            channel_id=channel.id, kind=channel.kind, name=channel.name, url=channel.url, placed_at=placement.placed_at
        )


@strawberry.type(name="Movement", description="Một phong trào thi đua, với các tên gọi khác.")
class MovementNode:
    """A movement."""

    id: UUID
    name: str
    aliases: list[str]
    launched_by: str | None
    launched_on: date | None

    @classmethod
    def of(cls, row: Movement) -> MovementNode:
        """As plans told it."""
        return cls(
            id=row.id, name=row.name, aliases=row.aliases, launched_by=row.launched_by, launched_on=row.launched_on
        )


@strawberry.type(
    name="Item", description="Một tin đã đăng; `withdrawn` là đã gỡ nhưng còn đọc được, kèm lời giải thích."
)
class ItemNode:
    """A published item."""

    id: UUID
    nomination_id: UUID
    url: str
    state: str
    explanation: str | None
    edition: int
    note: str | None
    title: str
    summary: str
    body: str | None
    results: list[ResultNode]
    pictures: list[PictureNode]
    credit: str | None
    language: str
    subject_type: str
    subject_name: str
    kind: str
    field: str | None
    owner: BodyNode
    organisation: BodyNode
    movement: MovementNode | None
    placements: list[PlacementNode]
    published_at: datetime
    corrected_at: datetime | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, shown: Shown, site: Site) -> ItemNode:
        """As everyone sees it."""
        item, edition = shown.item, shown.edition
        assert item.published_at is not None
        return cls(
            id=item.id,
            nomination_id=item.nomination_id,
            url=site.item(item.id),
            state=item.state.value,
            explanation=item.explanation,
            edition=edition.number or 0,
            note=edition.note,
            title=edition.title or "",
            summary=edition.summary or "",
            body=edition.body,
            results=[ResultNode(**result) for result in edition.results],
            pictures=[
                PictureNode(url=site.picture(one["id"]), media_type=one["media_type"], alternative=one["alternative"])
                for one in edition.pictures
            ],
            credit=edition.credit,
            language="vi",
            subject_type=item.subject_type,
            subject_name=item.subject_name or "",
            kind=item.kind,
            field=item.field,
            owner=BodyNode.of(shown.owner),
            organisation=BodyNode.of(shown.organisation),
            movement=MovementNode.of(shown.movement) if shown.movement else None,
            placements=[PlacementNode.of(placement) for placement in shown.placements],
            published_at=item.published_at,
            corrected_at=item.corrected_at,
            withdrawn_at=item.withdrawn_at,
        )


@strawberry.type(name="DatedName", description="Tên của cơ quan từ ngày đến ngày, kể cả hai đầu.")
class DatedNameNode:
    """A name from a day to a day."""

    name: str
    short_name: str | None
    level: str | None
    kind: str | None
    from_on: date | None
    to_on: date | None


@strawberry.type(name="Organisation", description="Một cơ quan với mọi tên gọi theo thời gian.")
class OrganisationNode:
    """A lineage."""

    id: UUID
    slug: str | None
    hierarchy: str | None
    name: str | None
    url: str
    names: list[DatedNameNode]
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, lineage: Lineage, site: Site) -> OrganisationNode:
        """With its page."""
        row, named = lineage.row, lineage.today
        fields = ("name", "short_name", "level", "kind", "from_on", "to_on")
        return cls(
            id=row.id,
            slug=row.slug,
            hierarchy=row.hierarchy,
            name=named.name if named else None,
            url=site.organisation(row.slug or row.id),
            names=[DatedNameNode(**{key: getattr(name, key) for key in fields}) for name in lineage.names],
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
