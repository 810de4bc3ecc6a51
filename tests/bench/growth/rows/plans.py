"""Rows of plans: its directory, plans with versions, duties with what counts towards them, presentations."""

from __future__ import annotations

from datetime import datetime

from services.plans.deadlines import mark_reached, next_look
from tests.bench.growth.copying import NULL, Tables, line
from tests.bench.growth.country import Country
from tests.bench.growth.ids import moment
from tests.bench.growth.ledger import Deed, Ledger
from tests.bench.growth.plans import Plans, Share
from tests.bench.growth.rows.common import aggregates_of_plans, directory
from tests.bench.growth.rows.nominations import facts_of
from tests.bench.growth.size import Size
from tests.bench.growth.year import Life

PLAN = "id issuer_id code_year number symbol search terms state issued_at duties_as_of version"
DUTY = """id plan_id plan_code issuer_id obligation_id counting label kind organisation_id period_key period_start_on
period_end_on minimum due_before extended to_id taken_over state counted reached_at marked look_at version"""
PRESENTATION = (
    """nomination_id organisation_id obligation_id period_key exemplar_id title submitted_at standing counts"""
)
STANDINGS = {"concluded": "approved", "declined": "declined", "withdrawn": "withdrawn", "submitted": "submitted"}


class PlansRows:
    """Takes each life once, and in the end every duty with its count."""

    def __init__(self, tables: Tables, ledger: Ledger, country: Country, *, size: Size, plans: Plans) -> None:
        self.ledger, self.size, self.plans = ledger, size, plans
        self.last = int(size.last.timestamp())
        directory(tables, "plans", country)
        self._plan = tables.of("plans", "plans", PLAN)
        self._version = tables.of("plans", "plan_versions", "plan_id number terms issued_at")
        self._duty = tables.of("plans", "duties", DUTY)
        self._source = tables.of("plans", "duty_sources", "duty_id organisation_id obligation_id period_key")
        self._presentation = tables.of("plans", "presentations", PRESENTATION)
        channels = tables.of("plans", "channels", "id organisation_id kind name official release version")
        for body in country.bodies:
            for each in body.channels:
                channels(line(each.id, body.id, each.kind, each.name, "t", each.release, "1"))
        movements = tables.of("plans", "movements", "id organisation_id name aliases search version")
        for movement in country.movements:
            movements(line(movement.id, country.centre.id, movement.name.text, "[]", movement.name.folded, "1"))
        for aggregate_id in aggregates_of_plans(country):
            ledger.numbered(aggregate_id, 1)

    def life(self, life: Life) -> None:
        """What was presented towards a duty."""
        if life.submitted is None:
            return
        self.ledger.heard("nominations", life.id, facts_of(life))
        if life.asked is None:
            return
        returned = any(turn.state == "returned" for turn in life.turns)
        standing = "returned" if returned else STANDINGS[life.state]
        if standing == "submitted" and len(life.turns) > 1:
            standing = "approved"
        counts = standing not in ("returned", "withdrawn")
        if counts:
            self.plans.count(life.asked, life.unit, life.submitted)
        named = life.unit.id, str(life.asked.obligation.id), life.asked.period_key, life.exemplar_id
        at = moment(life.submitted)
        self._presentation(line(life.id, *named, life.story.title.text, at, standing, "t" if counts else "f"))

    def plan_rows(self) -> None:
        """Issued, never amended."""
        for plan in self.plans.all:
            terms, at = plan.terms, moment(plan.issued)
            said = terms.model_dump_json(by_alias=True)
            code = (terms.date or "")[:4], terms.number or NULL, terms.symbol or NULL
            day = self.size.last.date().isoformat()
            self._plan(line(plan.id, plan.issuer.id, *code, plan.search, said, "issued", at, day, "2"))
            self._version(line(plan.id, "1", said, at))
            self.ledger.numbered(plan.id, 1)
            self.ledger.note(plan.issued, Deed("issue_plan", "plan", plan.id, plan.issuer.id))

    def share(self, share: Share) -> str:
        """One duty, and what counts towards it; its id."""
        state, obligation, period = share.state(self.last), share.obligation, share.period
        above = share.bearer.above.id if share.bearer.above else NULL
        named = share.bearer.id, period.key
        self._duty(
            line(
                *(share.id, share.plan.id, share.plan.terms.code or NULL, share.plan.issuer.id, str(obligation.id)),
                *(f'["{obligation.id}"]', obligation.label, obligation.kind.value, *named),
                *(str(period.start_on), str(period.end_on), str(obligation.minimum or 1), str(share.due_before)),
                *("f", above, "[]", state, str(share.counted), moment(share.reached) if share.reached else NULL),
                *(*self._looked(share.due_before if state == "open" else None), "2"),
            )
        )
        self._source(line(share.id, share.bearer.id, str(obligation.id), period.key))
        self.ledger.numbered(share.id, facts_of_share(share, self.last))
        if state != "open":
            step = "mark_overdue" if state == "overdue" else "fulfil"
            self.ledger.note(share.opened, Deed(f"{step}_duty", "duty", share.id, share.bearer.id))
        return share.id

    def _looked(self, due: datetime | None) -> tuple[str, str]:
        """Which mark was announced, and when the clock must look again."""
        if due is None:
            return NULL, NULL
        mark = mark_reached(due, self.size.last)
        return NULL if mark is None else str(mark), str(next_look(due, mark, self.size.last))


def facts_of_share(share: Share, last: int) -> int:
    """It was opened, and perhaps more."""
    return 1 if share.state(last) == "open" else 2
