"""What a check finds, what it may know beside the text, and the sentences people read (`findings.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from services.plans.reading.reading import Words

Language = Literal["vi", "en"]
Param: TypeAlias = str | date | Sequence[str]  # a sequence is joined; those of `[word]` are said in the language


class Level(StrEnum):
    """How much a finding asks for; none ever stands in the way of issuing."""

    NOTE = "note"
    ADVICE = "advice"
    WARNING = "warning"


class Finding(BaseModel):
    """One thing to look at before signing. `text[start:end] == quote`; null where it is about something missing.

    `leaf` names the leaf of the Reading: "period", or a list and the place in it ("cited/2"). `kind` is stable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    kind: str
    level: Level
    leaf: str | None
    quote: str | None
    start: int | None
    end: int | None
    params: dict[str, str]
    sentence: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class EndedBody:
    """A body that is no more: its name, the first day without it, and who took its duties over."""

    name: str
    ended_on: date
    heir: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the house knows beside the text.

    `on` is the day to judge by (none: the plan's own, else today). `number_taken_by` is another plan of this issuer
    and year with the same number and symbol. `ended` is by the body's words as they stand in the Reading,
    `basis_periods` (first and last year) by the code of a cited plan.
    """

    on: date | None = None
    number_taken_by: str | None = None
    ended: Mapping[str, EndedBody] = field(default_factory=lambda: MappingProxyType({}))
    basis_periods: Mapping[str, tuple[int | None, int | None]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding before it is numbered and said."""

    kind: str
    leaf: str | None = None
    words: Words | None = None
    params: Mapping[str, Param] = field(default_factory=lambda: MappingProxyType({}))


@cache
def data(name: str) -> dict[str, Any]:
    """One file of this package's data."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def said(draft: Draft, number: int, language: Language) -> Finding:
    """With its number and its sentences."""
    entry = data("findings")["kind"][draft.kind]
    words = draft.words if draft.words and draft.words.quote else None  # none where a person added it
    params = {name: _param(value, language) for name, value in draft.params.items()}
    sentence, suggestion = (text.format(**params) for text in entry[language])
    return Finding(
        number=number,
        kind=draft.kind,
        level=Level(entry["level"]),
        leaf=draft.leaf,
        quote=words.quote if words else None,
        start=words.start if words else None,
        end=words.end if words else None,
        params=params,
        sentence=sentence,
        suggestion=suggestion,
    )


def _param(value: Param, language: Language) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return value
    words = data("findings")["word"]
    return ", ".join(words[each][language] if each in words else each for each in value)
