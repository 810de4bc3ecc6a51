"""Text in, Reading out. Pure: the same text gives the same Reading, and nothing else is asked."""

from __future__ import annotations

from services.plans.reading import choosing, issuing, turns
from services.plans.reading.channels import channels
from services.plans.reading.citing import basis_end, cited
from services.plans.reading.closing import body_end, foot
from services.plans.reading.heading import head
from services.plans.reading.layout import blocks
from services.plans.reading.movements import movements
from services.plans.reading.obligations import obligations
from services.plans.reading.page import composed, page
from services.plans.reading.reading import Reading


def read_text(text: str) -> Reading:
    """A plan, read."""
    whole = page(composed(text))
    everything = blocks(whole)
    top = head(whole, everything)
    bottom = foot(whole, top.body)
    end = body_end(whole, top.body, bottom.start)
    inner = [block for block in everything if top.body <= block.start < end]
    issuer = issuing.issuer(whole, top, inner)
    issues = issuing.issuing_sentence(whole, top.body)
    period = issuing.period(whole, top, inner, issues=issues)
    opening = basis_end(inner, top.body)
    years = (period.value.start_year, period.value.end_year) if period else (None, None)
    return Reading(
        text=whole.source,
        document_type=top.document_type,
        number=top.number,
        symbol=top.symbol,
        date=top.date,
        place=top.place,
        title=top.title,
        issuer=issuer,
        period=period,
        subjects=choosing.subjects(whole, inner),
        criteria=choosing.criteria(whole, inner),
        cited=cited(whole, inner, own=top.own_code, basis_ends=opening),
        movements=movements(whole, inner, end),
        channels=channels(whole, inner, end, opening=opening),
        obligations=obligations(whole, inner, opening=opening, years=years),
        rotation=turns.rotation(whole, inner),
        waves=turns.waves(whole, inner),
        recipients=bottom.recipients,
        signer=bottom.signer,
        funding=choosing.funding(whole, inner),
        scoring=choosing.scoring(whole, inner),
    )
