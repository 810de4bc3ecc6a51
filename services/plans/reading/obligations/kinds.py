"""What a sentence asks for, by the named rules of `lexicon/kinds.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.plans.reading.lexicon import words
from services.plans.terms import Kind


@dataclass(frozen=True, slots=True)
class KindRule:
    """One rule of the data file."""

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: frozenset[str]
    confidence: float


RULES = [
    KindRule(
        rule["name"],
        Kind(rule["kind"]),
        re.compile(rule["pattern"], re.IGNORECASE),
        re.compile(rule["unless"], re.IGNORECASE) if "unless" in rule else None,
        frozenset(rule.get("needs", ())),
        rule["confidence"],
    )
    for rule in words("kinds")["rule"]
]
EXECUTES = KindRule("carries-out", Kind.EXECUTE, re.compile(""), None, frozenset(), 0.7)


def kind_of(sentence: str, has: set[str]) -> KindRule:
    """The first rule that fits; else it is to be carried out."""
    for rule in RULES:
        if rule.needs and not rule.needs & has:
            continue
        if rule.pattern.search(sentence) and not (rule.unless and rule.unless.search(sentence)):
            return rule
    return EXECUTES
