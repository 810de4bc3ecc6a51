"""The dated legal texts (`law.toml`): which of them a citation means, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.plans.linting.finding import data
from services.plans.reading.reading import CitedValue
from services.plans.terms import PartialDate

_OF_A_YEAR = re.compile(r"\d+/[12]\d{3}/\w")  # such a code is given once; «34-CT/TW» again in every term


class LegalText(BaseModel):
    """What is known of one text; null is not known. `effective_to` is the first day it holds no longer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    type: str
    title: str | None = None
    issuer: str | None = None
    issued: PartialDate | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    over: date | None = None
    known_over_on: date | None = None
    replaced_by: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    note: str | None = None
    source: str
    mark: Literal["V", "V-secondary", "B"]

    @property
    def name(self) -> str:
        """«Nghị định số 152/2025/NĐ-CP», as it is cited first."""
        issued = self.issued and len(self.issued) == len("2026-11-21") and date.fromisoformat(self.issued)
        dated = f" ngày {issued:%d/%m/%Y}" if issued else ""
        return f"{self.type} số {self.code}{dated}" + (f" của {self.issuer}" if self.issuer else "")


@cache
def texts() -> Mapping[str, LegalText]:
    """Every text known, by code."""
    return MappingProxyType({entry["code"]: LegalText.model_validate(entry) for entry in data("law")["text"]})


def meant_by(cited: CitedValue) -> LegalText | None:
    """The text a citation means: by its code alone where that holds the year, else only with its own date."""
    text = texts().get(cited.code)
    if text is None or _OF_A_YEAR.match(cited.code):
        return text
    return text if text.issued and cited.date and cited.date.startswith(text.issued) else None
