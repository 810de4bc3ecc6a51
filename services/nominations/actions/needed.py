"""Whose consent is needed, and what they all agree to. Pure.

An individual: himself, for a child of seven or more also the guardian, for a younger one the guardian alone.
A household: every adult named. A collective: its representative.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from services.nominations.models import Consent, Nomination
from shared.text import fold


@dataclass(frozen=True, slots=True)
class Needed:
    """Somebody who must agree; in a household by name."""

    role: str
    person_name: str | None = None


def needed(nomination: Nomination) -> list[Needed]:
    """A household with no adult named needs one who is not there: nothing may be shown."""
    if nomination.subject_type == "collective":
        return [Needed("representative")]
    if nomination.subject_type == "household":
        return [Needed("adult", name) for name in nomination.household_adults] or [Needed("adult")]
    child = nomination.subject_is_child
    roles = {"none": ["self"], "seven_or_more": ["self", "guardian"], "under_seven": ["guardian"]}[child]
    return [Needed(role) for role in roles]


def fits(consent: Consent, need: Needed) -> bool:
    """Whether this is the person meant; an adult of a household must be one of those named."""
    if consent.role != need.role:
        return False
    if need.role == "adult":
        return need.person_name is not None and fold(consent.person_name) == fold(need.person_name)
    return True


def counts(consent: Consent, nomination: Nomination) -> bool:
    """Given, not withdrawn, about this very exemplar, by somebody who is needed."""
    if consent.withdrawn_at is not None or consent.exemplar_id != nomination.exemplar_id:
        return False
    return any(fits(consent, need) for need in needed(nomination))


def _answers(nomination: Nomination, need: Needed) -> list[frozenset[str]]:
    """What each person who stands in this role agreed to; of two guardians both must agree."""
    by_person: dict[str, set[str]] = defaultdict(set)
    for consent in nomination.consents:
        if counts(consent, nomination) and fits(consent, need):
            by_person[fold(consent.person_name)] |= set(consent.channel_kinds)
    return [frozenset(kinds) for kinds in by_person.values()]


def missing(nomination: Nomination) -> list[Needed]:
    """Those who have not agreed to anything."""
    return [need for need in needed(nomination) if not _answers(nomination, need)]


def agreed(nomination: Nomination) -> frozenset[str]:
    """The channel kinds that every needed person agreed to; empty while one is missing."""
    if missing(nomination):
        return frozenset()
    answers = [answer for need in needed(nomination) for answer in _answers(nomination, need)]
    return frozenset.intersection(*answers)
