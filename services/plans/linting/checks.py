"""Every check, and the findings they make of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.plans.linting import bodies, cited, duties, heading, period, subjects, times, turns
from services.plans.linting.finding import Draft, Finding, Known, Language, said
from services.plans.reading.reading import Reading

Check = Callable[[Reading, Known], Iterator[Draft]]
CHECKS: tuple[Check, ...] = (
    duties.not_measurable,
    heading.number,
    heading.date_stated,
    heading.symbol,
    heading.signer,
    cited.legal_state,
    cited.dates,
    period.wider_than_basis,
    duties.incomplete,
    duties.without_day,
    duties.vague,
    duties.numbers,
    subjects.disagree,
    turns.beside_quota,
    turns.missing,
    turns.waves,
    bodies.ended,
    times.day_off,
    times.misplaced,
    times.stated_twice,
)


def findings(reading: Reading, known: Known | None = None, *, language: Language = "vi") -> list[Finding]:
    """What to look at before signing, numbered in the order of the text; what is missing from it comes first."""
    drafts = [draft for check in CHECKS for draft in check(reading, known or Known())]
    drafts.sort(key=lambda draft: draft.words.start if draft.words else -1)
    return [said(draft, number, language) for number, draft in enumerate(drafts, 1)]
