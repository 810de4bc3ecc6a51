"""What REST gives: a reading with everything needed to decide on it, and readings in a list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.plans.confirming import Change, Difference, Held, Links, Standing, differences, named
from services.plans.confirming.values import plain
from services.plans.linting import Finding
from services.plans.models import PlanReading
from services.plans.queries.shown_readings import Rule, Shown
from services.plans.reading.reading import Words
from services.plans.terms import Obligation

LABELS = {
    "document_type": "Loại văn bản",
    "number": "Số",
    "symbol": "Ký hiệu",
    "date": "Ngày",
    "place": "Nơi ban hành",
    "title": "Trích yếu",
    "issuer": "Cơ quan ban hành",
    "period": "Thời gian thực hiện",
    "subjects": "Đối tượng",
    "funding": "Kinh phí",
    "scoring": "Chấm điểm",
    "signer": "Người ký",
    "cited": "Văn bản được dẫn",
    "movements": "Phong trào",
    "channels": "Kênh tuyên truyền",
    "obligations": "Nhiệm vụ",
    "rotation": "Luân phiên",
    "waves": "Đợt",
    "criteria/general": "Tiêu chí chung",
    "criteria/collective": "Tiêu chí tập thể",
    "criteria/individual": "Tiêu chí cá nhân",
    "criteria/household": "Tiêu chí hộ gia đình",
    "criteria/head_of_unit": "Người đứng đầu",
    "recipients": "Nơi nhận",
    "kept": "Nhiệm vụ cũ văn bản mới không nhắc",
}
STANDINGS = {
    None: "chờ xác nhận",
    Standing.CONFIRMED: "đã xác nhận",
    Standing.CORRECTED: "đã sửa",
    Standing.DISMISSED: "đã bỏ",
}


class ReadOut(Words):
    """What the machine read, and where: `text[start:end] == quote`."""

    value: Any
    confidence: float
    rule: str
    fields: dict[str, Words] = {}


class CandidateOut(BaseModel):
    """An organisation that some words may mean; a `score` of 1 is its very name."""

    organisation_id: UUID
    name: str
    score: float


class MeantOut(BaseModel):
    """Words that name a body, for which link, and whom they may mean."""

    link: Literal["bearers", "to_ids", "via_id", "then_to_id"]
    words: str
    candidates: list[CandidateOut]


class LeafOut(BaseModel):
    """One leaf: what was read (null where a person added it), what was decided, and what holds now.

    `proposed_links` are only there while nobody has decided; they hold nothing until somebody confirms them.
    """

    key: str
    label: str
    read: ReadOut | None
    standing: Literal["proposed", "confirmed", "corrected", "dismissed"]
    standing_label: str
    value: Any
    links: Links
    proposed_links: Links | None
    meant: list[MeantOut]
    decided_by: str | None
    decided_at: datetime | None

    @classmethod
    def of(cls, leaf: Held, shown: Shown) -> Self:
        """With whom its words may mean."""
        decision = shown.whole.decisions.get(leaf.key)
        return cls(
            key=leaf.key,
            label=LABELS[leaf.family],
            read=ReadOut.model_validate(leaf.read.model_dump(mode="json", by_alias=True)) if leaf.read else None,
            standing=leaf.standing.value if leaf.standing else "proposed",
            standing_label=STANDINGS[leaf.standing],
            value=plain(leaf.value),
            links=leaf.links,
            proposed_links=shown.proposed.get(leaf.key),
            meant=list(_meant(leaf, shown)),
            decided_by=shown.people.get(decision.decided_by) if decision else None,
            decided_at=decision.decided_at if decision else None,
        )


def _meant(leaf: Held, shown: Shown) -> Iterable[MeantOut]:
    for link, said in named(leaf).items():
        for words in said:
            found = [CandidateOut(**candidate._asdict()) for candidate in shown.candidates.get(words, [])]
            yield MeantOut.model_validate({"link": link, "words": words, "candidates": found})


class BodyOut(BaseModel):
    """An organisation by its name today."""

    id: UUID
    name: str | None


class BearingOut(BaseModel):
    """Whom a rule gives today: everybody with an edge of this type to this body."""

    edge_type: str
    of_id: UUID
    bodies: list[BodyOut]


class TwinOut(BaseModel):
    """Another document that may be the same one: by its number (`likeness` null), or by its words."""

    id: UUID
    title: str
    code: str | None
    issued: bool
    likeness: float | None


class FieldChangeOut(BaseModel):
    """One thing that an obligation states differently."""

    name: str
    before: Any
    after: Any


class DifferenceOut(BaseModel):
    """One obligation of an amendment beside the plan's, as that was until the amendment. `absent`: not stated any more.

    While nobody has decided on a leaf, `to`, `via`, `then` and `bearers` are told as proposed; words that mean no body
    for sure as they stand. `action` is what the receiver does next, where the sentence before did not say it.
    """

    change: Change
    key: str
    before: Obligation | None
    fields: list[FieldChangeOut]

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """As JSON gives it."""
        fields = [FieldChangeOut(**field._asdict()) for field in difference.fields]
        return cls(change=difference.change, key=difference.key, before=difference.before, fields=fields)


class ReadingOut(BaseModel):
    """A document as it was read and decided on, with everything needed to decide the rest.

    `plan_id` is the plan it is, will be, or amends. `proposed` counts the leaves nobody has decided on.
    """

    id: UUID
    issuer_id: UUID
    plan_id: UUID
    amends_id: UUID | None
    file_id: UUID | None
    state: Literal["proposed", "confirmed", "issued"]
    proposed: int
    read_at: datetime
    issued_at: datetime | None
    version: int
    text: str
    leaves: list[LeafOut]
    names: dict[UUID, str]
    bearing: list[BearingOut]
    twins: list[TwinOut]
    findings: list[Finding]
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """Whole."""
        row, whole = shown.whole.row, shown.whole
        told = {name: getattr(row, name) for name in ("id", "issuer_id", "plan_id", "amends_id", "file_id")}
        moments = {name: getattr(row, name) for name in ("read_at", "issued_at", "version")}
        return cls(
            **told,
            **moments,
            state="issued" if row.issued_at else "proposed" if whole.proposed else "confirmed",
            proposed=len(whole.proposed),
            text=row.reading.text,
            leaves=[LeafOut.of(leaf, shown) for leaf in whole.leaves.values()],
            names=shown.names,
            bearing=[_bearing(rule, bodies, shown) for rule, bodies in shown.bearing.items()],
            twins=[TwinOut(**twin._asdict()) for twin in shown.twins],
            findings=list(shown.findings),
            differences=_differences(shown) if row.amends_id else [],
        )


def _differences(shown: Shown) -> list[DifferenceOut]:
    whole = shown.whole
    found = differences(whole.stated, whole.leaves, whole.same, proposed=shown.proposed)
    return [DifferenceOut.of(each) for each in found]


def _bearing(rule: Rule, bodies: list[UUID], shown: Shown) -> BearingOut:
    named_bodies = [BodyOut(id=body, name=shown.names.get(body)) for body in bodies]
    return BearingOut(edge_type=rule[0], of_id=rule[1], bodies=named_bodies)


class ReadingLine(BaseModel):
    """A reading in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    issuer_id: UUID
    plan_id: UUID
    amends_id: UUID | None
    title: str
    read_at: datetime
    issued_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: PlanReading) -> Self:
        """Without its leaves."""
        return cls.model_validate(row)
