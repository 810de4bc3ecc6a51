"""plans and nominations, which know nothing of each other's code, mean the same by a period's key."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.nominations import periods as answered
from services.plans import periods as asked
from services.plans.terms import PERIODIC, Cadence, PlanPeriod, PlanTerms
from shared.db import new_id

DAYS = [date(2020, 1, 1) + timedelta(days=day) for day in range(3_000)]
PLAN = PlanTerms(issuer_id=new_id(), title="Kế hoạch", period=PlanPeriod(kind="range", start_year=2021, end_year=2026))


@pytest.mark.parametrize("cadence", sorted(PERIODIC))
def test_what_plans_opens_nominations_takes_and_nothing_else(cadence: Cadence) -> None:
    for period in {asked.period_of(cadence, day) for day in DAYS}:
        days = answered.days_of(period.key, cadence.value)

        assert days == (period.start_on, period.end_on)
        takes = answered.touches(days, PLAN.period.start_on, PLAN.period.end_on)
        assert takes is (asked.parsed(cadence, period.key, PLAN) is not None), period.key
