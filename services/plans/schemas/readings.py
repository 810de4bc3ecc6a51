"""Readings as the REST door takes and gives them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from services.plans.actions.readings import Document
from services.plans.confirming import VALUES, Change, Decision, Difference, Held, Links, Standing, differences, named
from services.plans.confirming.leaves import KEY_PATTERN, family_of
from services.plans.confirming.values import plain
from services.plans.linting import Finding
from services.plans.models import PlanReading
from services.plans.queries.shown_readings import Rule, Shown
from services.plans.reading.reading import Words
from services.plans.terms import Obligation

LONGEST_TEXT = 400_000  # characters; about 160 pages
DOCUMENT_LIMIT_BYTES = 20 * 1024 * 1024  # of a file that is sent here, by whichever door
Key = Annotated[str, StringConstraints(max_length=50, pattern=KEY_PATTERN)]
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


class ReadingIn(BaseModel):
    """A document to read: a completed file of `/v1/files`, or its text. `amends_id` names the plan it amends."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "issuer_id": "0198c0de-0000-7000-8000-000000000001",
                    "file_id": "0198c0de-0000-7000-8000-000000000006",
                }
            ]
        },
    )

    id: UUID | None = None
    issuer_id: UUID
    file_id: UUID | None = None
    text: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)] | None, Field(validate_default=True)
    ] = None
    amends_id: UUID | None = None

    @field_validator("text")
    @classmethod
    def _one_document(cls, text: str | None, given: ValidationInfo) -> str | None:
        if (given.data.get("file_id") is None) == (text is None):
            raise PydanticCustomError("one_document", "names not exactly one document")
        return text

    def document(self) -> Document:
        """As `actions.read_document` takes it."""
        return Document(self.id, self.issuer_id, self.file_id, self.text, self.amends_id)


class DecisionIn(BaseModel):
    """One leaf is confirmed, corrected (or added: with `value`, in the shape of a Reading) or dismissed."""

    model_config = ConfigDict(extra="forbid")

    key: Key
    standing: Standing
    value: Annotated[Any, Field(validate_default=True)] = None
    links: Links = Links()

    @field_validator("value")
    @classmethod
    def _value_fits(cls, value: Any, given: ValidationInfo) -> Any:
        if "standing" in given.data and (given.data["standing"] is Standing.CORRECTED) == (value is None):
            raise PydanticCustomError("value_where_corrected", "has a value without being corrected, or none")
        return value


class DecisionsIn(BaseModel):
    """Up to 200 leaves at once: all of them, or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "decisions": [
                        {"key": "title", "standing": "confirmed"},
                        {"key": "number", "standing": "corrected", "value": "221"},
                    ]
                }
            ]
        },
    )

    decisions: Annotated[list[DecisionIn], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({decision.key for decision in self.decisions}) != len(self.decisions):
            raise PydanticCustomError("not_different", "states {name} twice", {"name": "key"})
        return self

    def taken(self) -> list[Decision]:
        """With every value in its leaf's shape. Raises RequestValidationError, pointing into the value."""
        body = {"decisions": [{"value": decision.value} for decision in self.decisions]}
        return [taken(each, ("body", "decisions", place), body=body) for place, each in enumerate(self.decisions)]


def taken(given: DecisionIn, at: tuple[str | int, ...], *, body: Any) -> Decision:
    """The decision with its value in its leaf's shape. Raises RequestValidationError, at `at` and below."""
    if given.value is None:
        return Decision(given.key, given.standing, None, given.links)
    try:
        value = VALUES[family_of(given.key)].validate_python(given.value)
    except ValidationError as error:
        wrong = [{**each, "loc": (*at, "value", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong, body=body) from error
    return Decision(given.key, given.standing, value, given.links)


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
