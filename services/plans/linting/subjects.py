"""Whom the plan is about, and whom the sentence that asks for nominations speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.plans.linting.duties import owed, within
from services.plans.linting.finding import Draft, Known
from services.plans.reading.reading import Reading, SubjectsValue
from services.plans.terms import Kind

# «(có thể là tập thể hoặc cá nhân)», «01 tập thể và 02 cá nhân»: kinds of subjects told one after another
_KIND = r"(?:(?:hộ\s)?gia\sđình|tập\sthể|cá\snhân)"
_LISTED = re.compile(rf"{_KIND}(?:\s?(?:,|hoặc|và|hay|/)\s?(?:(?:là|\d{{1,2}})\s)?{_KIND}){{1,2}}", re.IGNORECASE)
_NAMES = {"collective": "tập thể", "individual": "cá nhân", "household": "gia đình"}


def disagree(reading: Reading, known: Known) -> Iterator[Draft]:
    """A nomination's sentence that lists fewer or other kinds of subjects than the plan's section on them."""
    if reading.subjects is None:
        return
    whole = _of_plan(reading.subjects.value)
    for place, leaf in owed(reading):
        listed = _LISTED.search(leaf.quote) if leaf.value.kind is Kind.NOMINATE else None
        if listed is None:
            continue
        here = [name for name, word in _NAMES.items() if word in " ".join(leaf.quote.casefold().split())]
        if here != whole:
            differing = [name for name in _NAMES if (name in whole) != (name in here)]
            params = {"whole": whole, "here": here, "differing": differing}
            yield Draft("subjects-disagree", f"obligations/{place}", within(leaf, listed), params)


def _of_plan(subjects: SubjectsValue) -> list[str]:
    return [name for name in _NAMES if getattr(subjects, name)]
