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
    at_verb: bool
    unless: re.Pattern[str] | None
    needs: frozenset[str]
    confidence: float


RULES = [
    KindRule(
        rule["name"],
        Kind(rule["kind"]),
        re.compile(rule.get("pattern") or rule["opens"], re.IGNORECASE),
        "opens" in rule,
        re.compile(rule["unless"], re.IGNORECASE) if "unless" in rule else None,
        frozenset(rule.get("needs", ())),
        rule["confidence"],
    )
    for rule in words("kinds")["rule"]
]
EXECUTES = KindRule("carries-out", Kind.EXECUTE, re.compile(""), False, None, frozenset(), 0.7)


_LEAD = re.compile("(?:" + "|".join(words("kinds")["lead"]) + ")*", re.IGNORECASE)
# «Hội đồng Thi đua - Khen thưởng» is nobody's reward
_OFFICE = re.compile(r"thi đua\s?[,-]?\s(?:và\s)?khen thưởng(?=\s|[,.;)]|$)", re.IGNORECASE)
_NEXT = re.compile(
    r"(?<!\w)(?:để|nhằm|làm cơ sở)\s(?=(?:kịp thời\s)?(?:tổng hợp|biên tập|đăng|xét|chọn|lựa chọn|thẩm định|trình))"
)


def kind_of(sentence: str, has: set[str], *, bearer_ends: int = 0) -> KindRule:
    """The first rule that fits; else it is to be carried out. `bearer_ends` is where the words for the bearer end."""
    purpose = _NEXT.search(sentence) if "receiver" in has else None
    asked = _OFFICE.sub(lambda name: "x" * len(name[0]), sentence[: purpose.start()] if purpose else sentence)
    while bearer_ends and bearer_ends < len(asked) and asked[bearer_ends] in " :,":
        bearer_ends += 1
    lead = _LEAD.match(asked, min(bearer_ends, len(asked)))
    verb = lead.end() if lead else bearer_ends
    for rule in RULES:
        if rule.needs and not rule.needs & has:
            continue
        fits = rule.pattern.match(asked, verb) if rule.at_verb else rule.pattern.search(asked)
        if fits and not (rule.unless and rule.unless.search(asked)):
            return rule
    return EXECUTES
