"""What REST takes: a document to read, and decisions on its leaves. A field that we do not know is refused."""

from __future__ import annotations

from typing import Annotated, Any, Self
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
from services.plans.confirming import VALUES, Decision, Links, Standing
from services.plans.confirming.leaves import KEY_PATTERN, family_of

LONGEST_TEXT = 400_000  # characters; about 160 pages
DOCUMENT_LIMIT_BYTES = 20 * 1024 * 1024  # of a file that is sent here, by whichever door
Key = Annotated[str, StringConstraints(max_length=50, pattern=KEY_PATTERN)]


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
