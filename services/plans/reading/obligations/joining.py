"""Duties beside each other: folded into one, split in two, or told their deadline by another sentence."""

from __future__ import annotations

import re
from dataclasses import replace

from services.plans.reading.layout import Block
from services.plans.reading.obligations.deadlines import deadline
from services.plans.reading.obligations.duty import Duty
from services.plans.reading.obligations.kinds import EXECUTES, kind_of
from services.plans.reading.obligations.receivers import receivers
from services.plans.reading.obligations.sentences import clauses
from services.plans.reading.page import Page, Span
from services.plans.reading.reading import ObligationValue
from services.plans.reading.turns import is_turn
from services.plans.terms import Cadence, Kind

_BY_QUARTER = re.compile(r"(?<!\w)Quý(?=\s(?:IV|III|II|I|\d)(?!\w)|\s?\t)|theo quý", re.IGNORECASE)
# «Thời hạn đối với các nội dung tại điểm 1, điểm 2 mục này: trước ngày …», «Thời gian gửi các báo cáo nêu trên: …»
_FOR_OTHERS = re.compile(
    r"(?:Thời hạn|Thời gian|Hạn)\s[^.:]{0,80}?"
    r"(?:(?P<points>(?:điểm|khoản)\s(?:\w{1,2}\)?(?:\s?,\s?|\svà\s)?(?:điểm\s|khoản\s)?)+)"
    r"|(?:nêu trên|nói trên|trên đây))[^.:]{0,60}[:\s]",
    re.IGNORECASE,
)


def by_quarter(page: Page, duty: Duty, after: Block | None) -> Duty:
    """Turns that are listed by quarter come every quarter."""
    if duty.rule.kind is not Kind.ROTATION or duty.value.cadence:
        return duty
    listed = _BY_QUARTER.search(page.text, duty.span[0], after.end if after and is_turn(after.text) else duty.span[1])
    if listed is None:
        return duty
    return duty.given(cadence=(Cadence.QUARTERLY, listed.span()))


def folded(page: Page, duties: list[Duty]) -> list[Duty]:
    """Neighbouring sentences that only say how to carry out are one duty; a paragraph's bearer stays."""
    found: list[Duty] = []
    bearer: tuple[str | None, Span | None] = (None, None)
    for duty in duties:
        if duty.value.actor:
            bearer = (duty.value.actor, duty.spans.get("actor"))
        elif bearer[0] and bearer[1]:
            duty = duty.given(actor=(bearer[0], bearer[1]))
        before = found[-1] if found else None
        if before and not duty.stands_alone and not before.stands_alone:
            found[-1] = replace(before, span=(before.span[0], duty.span[1]))
        else:
            found.append(duty)
            found += _second(page, duty)
    return found


def _second(page: Page, duty: Duty) -> list[Duty]:
    """A later clause that presents exemplars to a body, in a sentence that makes known: a duty of its own."""
    if duty.rule.kind is not Kind.PUBLISH:
        return []
    for clause in clauses(page.text, duty.span)[1:]:
        span = page.trimmed(*clause)
        way = receivers(page, *span)
        rule = kind_of(page.text[slice(*span)], {"receiver"} if way.to else set())
        if rule.kind is Kind.NOMINATE and way.to:
            value = ObligationValue(kind=Kind.NOMINATE, actor=duty.value.actor, to=[page.shown(*to) for to in way.to])
            return [Duty(span, rule, value, {"to": (way.to[0][0], way.to[-1][1])}, sure=False)]
    return []


def with_shared_deadlines(
    page: Page, found: list[tuple[Block, Duty]], *, years: tuple[int | None, int | None]
) -> list[Duty]:
    """A sentence that only tells the deadline of others is none itself: they have it."""
    given: list[tuple[Block, Duty]] = []
    for block, duty in found:
        others = _FOR_OTHERS.match(page.text, duty.span[0], duty.span[1]) if duty.rule is EXECUTES else None
        when = deadline(page.text, *duty.span, years=years) if others else None
        if others is None or when is None:
            given.append((block, duty))
            continue
        points = set(re.findall(r"(?<!\w)(?:\d{1,2}|[a-zđ])(?!\w)", others["points"] or ""))
        for i, (beside, each) in enumerate(given):
            named = beside.trail == block.trail and (not points or beside.marker.strip(".)/- ") in points)
            if named and each.value.deadline is None:
                told = (
                    {"cadence": (Cadence(when.cadence), when.span)} if when.cadence and not each.value.cadence else {}
                )
                given[i] = (beside, each.given(deadline=(when.value, when.span), **told))
    return [duty for _, duty in given]
