"""Cited texts: ended, replaced, amended or not in force on the plan's day; dates that cannot be right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.plans.linting.finding import Draft, Known, Param
from services.plans.linting.law import LegalText, meant_by, texts
from services.plans.linting.when import Days, dated, in_force
from services.plans.periods import first_day
from services.plans.reading.reading import CitedValue, Reading

_YEAR_OF_CODE = re.compile(r"\d+/([12]\d{3})/")


def legal_state(reading: Reading, known: Known) -> Iterator[Draft]:
    """What became of each cited text that is known here."""
    on, until = dated(reading, known), in_force(reading, known)
    for place, leaf in enumerate(reading.cited):
        text = meant_by(leaf.value)
        for kind, params in _states(text, on, until) if text else ():
            yield Draft(kind, f"cited/{place}", leaf, {"text": _short(leaf.value), **params})


def _states(text: LegalText, on: Days, until: Days) -> Iterator[tuple[str, dict[str, Param]]]:
    since = text.effective_to or text.known_over_on
    new, mark, note = _names(text.replaced_by), [text.mark], [text.note] if text.note else ""
    if since and since <= on.first:
        kind = "cited-text-replaced" if new else "cited-text-ended"
        yield (
            kind if text.effective_to else f"{kind}-some-day",
            {"since": since, "new": new, "mark": mark, "note": note},
        )
        return
    if text.effective_from and on.last < text.effective_from:
        yield "cited-text-not-yet-in-force", {"since": text.effective_from, "mark": mark}
    for amending in map(texts().get, text.amended_by):
        if amending and amending.effective_from and amending.effective_from <= on.first:
            params: dict[str, Param] = {"since": amending.effective_from, "new": amending.name}
            yield "cited-text-amended", {**params, "mark": [amending.mark]}
    if text.effective_to and text.effective_to <= until.last:
        yield "cited-text-ends-during-plan", {"since": text.effective_to, "mark": mark, "note": note}
    if text.over and text.over < on.first:
        yield "cited-scheme-over", {"since": text.over, "mark": mark}


def dates(reading: Reading, known: Known) -> Iterator[Draft]:
    """A document of a later day than the plan, or of another year than its code."""
    on = dated(reading, known).last
    for place, leaf in enumerate(reading.cited):
        stated = leaf.value.date
        if stated is None:
            continue
        text, code_year = meant_by(leaf.value), _YEAR_OF_CODE.match(leaf.value.code)
        params: dict[str, Param] = {"text": _short(leaf.value), "stated": _as_said(stated)}
        if code_year and code_year[1] != stated[:4]:
            yield Draft("cited-year-differs", f"cited/{place}", leaf, {**params, "year": code_year[1]})
        elif text and text.issued and len(text.issued) == len(stated) and text.issued != stated:
            yield Draft("cited-date-differs", f"cited/{place}", leaf, {**params, "issued": _as_said(text.issued)})
        elif first_day(stated) > on and (reading.date or known.on):
            yield Draft("cited-dated-after-plan", f"cited/{place}", leaf, {**params, "on": on})


def _names(codes: tuple[str, ...]) -> str:
    return " và ".join(texts()[code].name if code in texts() else code for code in codes)


def _short(cited: CitedValue) -> str:
    return f"{cited.type} {cited.code}"


def _as_said(stated: str) -> str:
    return "/".join(reversed(stated.split("-")))
