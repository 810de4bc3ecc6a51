"""The year's plans: each province asks its communes every month and every quarter, the centre asks all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from services.plans import deadlines, periods
from services.plans.terms import Bearers, Cadence, Deadline, Kind, Obligation, PlanPeriod, PlanTerms
from shared.clock import day
from shared.events import Period
from shared.text import fold
from tests.bench.growth.country import Body, Country
from tests.bench.growth.ids import Ids
from tests.bench.growth.size import SEED, Size

MONTHLY = Deadline(rrule="FREQ=MONTHLY;BYMONTHDAY=25")
QUARTERLY = Deadline(rrule="FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=20")


@dataclass(frozen=True, slots=True)
class Plan:
    """An issued plan; `obligations` are of its terms, in their order."""

    id: str
    terms: PlanTerms
    issuer: Body
    bearers: list[Body]
    issued: int

    @property
    def search(self) -> str:
        """As plans finds it."""
        return fold(f"{self.terms.code} {self.terms.title}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a nomination answers."""

    plan: Plan
    obligation: Obligation
    period_key: str


@dataclass(slots=True)
class Share:
    """A duty: what one body owes of an obligation in one period, and what was presented towards it."""

    id: str
    plan: Plan
    obligation: Obligation
    period: Period
    bearer: Body
    due_before: datetime
    opened: int
    counted: int = 0
    reached: int | None = None

    def state(self, last: int) -> str:
        """Where it stands at the end of the year."""
        due = self.due_before.timestamp()
        if self.reached is None:
            return "open" if due > last else "overdue"
        return "fulfilled" if self.reached < due else "fulfilled_late"


class Plans:
    """All plans, and every duty with its count: as many as the directory makes them, however long the stream is."""

    def __init__(self, size: Size, country: Country) -> None:
        self.ids, self.size = Ids(SEED + 2), size
        self.issued = int(size.first.timestamp()) - 43_200
        below: dict[str, list[Body]] = {body.id: [] for body in country.provinces}
        for commune in country.communes:
            assert commune.above is not None
            below[commune.above.id].append(commune)
        self.of_all = self._plan(country.centre, country.communes, 1, {Cadence.QUARTERLY: QUARTERLY})
        both = {Cadence.MONTHLY: MONTHLY, Cadence.QUARTERLY: QUARTERLY}
        self.of = {
            body.id: self._plan(body, below[body.id], number, both) for number, body in enumerate(country.provinces, 2)
        }
        self.shares = {self._key(share): share for plan in self.all for share in self._shares(plan)}

    @property
    def all(self) -> list[Plan]:
        """The centre's first."""
        return [self.of_all, *self.of.values()]

    def _plan(self, issuer: Body, bearers: list[Body], number: int, asked: dict[Cadence, Deadline]) -> Plan:
        owing = Bearers(organisation_ids=[body.uuid for body in bearers[:5000]])
        terms = PlanTerms(
            issuer_id=issuer.uuid,
            number=str(number),
            symbol="KH-TĐKT",
            date=day(self.size.first).isoformat(),
            title=f"Phát hiện, bồi dưỡng, nhân rộng điển hình tiên tiến của {issuer.name.text}",
            period=PlanPeriod(kind="open_ended", start_year=self.size.first.year),
            obligations=[
                Obligation(
                    id=self.ids.uuid(self.issued),
                    label=f"Giới thiệu điển hình ({cadence.value})",
                    kind=Kind.NOMINATE,
                    bearers=owing,
                    minimum=1,
                    cadence=cadence,
                    deadline=deadline,
                )
                for cadence, deadline in asked.items()
            ],
        )
        return Plan(self.ids.at(self.issued), terms, issuer, bearers, self.issued)

    def _shares(self, plan: Plan) -> Iterator[Share]:
        since, today = day(self.size.first), day(self.size.last)
        for obligation in plan.terms.obligations:
            assert obligation.cadence is not None
            for period in periods.in_force(plan.terms, obligation.cadence, since=since, today=today):
                due = deadlines.due_before(obligation, period)
                opened = min(max(self.issued, _begin(period.start_on)), int(self.size.last.timestamp()))
                for bearer in plan.bearers:
                    yield Share(self.ids.at(opened), plan, obligation, period, bearer, due, opened)

    def _key(self, share: Share) -> tuple[UUID, str, str]:
        return share.obligation.id, share.period.key, share.bearer.id

    def asked_of(self, unit: Body, second: int, chance: float) -> Asked | None:
        """One nomination in five answers no plan."""
        if chance > 0.8 or unit.above is None:
            return None
        plan = self.of_all if chance > 0.7 else self.of[unit.above.id]
        obligation = plan.terms.obligations[-1 if chance > 0.5 else 0]
        assert obligation.cadence is not None
        return Asked(plan, obligation, _period_key(obligation.cadence, second // 3_600))

    def count(self, asked: Asked, unit: Body, submitted: int) -> None:
        """One more exemplar was presented towards a duty; they come about in the order of their submission."""
        share = self.shares[asked.obligation.id, asked.period_key, unit.id]
        share.counted += 1
        share.reached = min(share.reached or submitted, submitted)


@lru_cache
def _period_key(cadence: Cadence, hour: int) -> str:
    return periods.period_of(cadence, day(datetime.fromtimestamp(hour * 3_600, UTC))).key


def _begin(first: date) -> int:
    return int(deadlines.midnight(first).timestamp())
