"""A nomination's life in any order, by the right and the wrong people: what must hold holds after each step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.plans.clock import turn
from services.serving import Servers
from shared.clock import now
from tests.fuzz.conftest import CASES, SEED
from tests.fuzz.deeds import DEEDS, KINDS, PEOPLE, asked
from tests.fuzz.judging import Judge
from tests.walks import world
from tests.walks.walker import Walker

pytestmark = pytest.mark.xdist_group("fuzz")
T = TypeVar("T")
STEPS = 25
LIVES = max(8, CASES // 25)
SUBSETS = st.lists(st.sampled_from(KINDS), min_size=1, unique=True).map(tuple)
PLACES = """SELECT i.id, i.version, p.channel_id FROM items i JOIN placements p ON p.item_id = i.id
  WHERE i.nomination_id = :id ORDER BY p.id"""
BUSY = 503  # a machine that does much else: refused, and then nothing may have changed
SHOWING = ("hold", "lift", "consent", "withdraw consent", "withdraw consent", "revoke")
NAMES = st.sampled_from(sorted(DEEDS))


class Life(RuleBasedStateMachine):
    """One nomination; the product and its databases live in the loop that started them."""

    def __init__(self, walker: Walker, judge: Judge, period: str) -> None:
        super().__init__()
        self.walker, self.judge, self.period = walker, judge, period
        self.id, self.taken_down, self.deleted = str(uuid4()), False, False
        self.stale: str | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it over there, and waits."""
        return asyncio.run_coroutine_threadsafe(work, LOOPS[0]).result(300)

    def ask(self, who: str, method: str, path: str, body: Any = None, version: str | None = None) -> httpx.Response:
        """At this nomination."""
        place = f"/v1/nominations/{self.id}{path}"
        return self.run(self.walker.ask(who, method, "nominations", place, body, version=version))

    @initialize(far=st.sampled_from([0, 1, 2, 2, 3, 3]))
    def draft(self, far: int) -> None:
        """Fresh, agreed to, approved, or approved twice."""
        answers = {"plan_id": str(world.PLAN), "obligation_id": str(world.OBLIGATION), "period_key": self.period}
        place = f"/v1/nominations/{self.id}"
        self.run(self.walker.done("mai", "PUT", "nominations", place, {**world.draft(), **answers}))
        if far:
            self._do("consent", "mai", KINDS, 0, old=False)
        for above in range(far - 1):
            self.decided(bool(above), "approve and recommend")

    @rule(name=NAMES, who=st.sampled_from(PEOPLE), kinds=SUBSETS, pick=st.integers(0, 3), old=st.booleans())
    def anyone(self, name: str, who: str, kinds: tuple[str, ...], pick: int, old: bool) -> None:
        """Anybody tries anything, also on a version that he read long ago."""
        self._do(name, who, kinds, pick, old=old)

    @rule(name=NAMES, who=st.integers(0, 2), kinds=SUBSETS, pick=st.integers(0, 3))
    def somebody(self, name: str, who: int, kinds: tuple[str, ...], pick: int) -> None:
        """Who may, does it on the version as it stands."""
        may = DEEDS[name].may
        self._do(name, may[who % len(may)], kinds, pick, old=False)

    @precondition(lambda self: not self.deleted)
    @rule(above=st.booleans(), by=st.sampled_from(["approve", "approve and recommend", "return", "decline"]))
    def decided(self, above: bool, by: str) -> None:
        """What most nominations meet: submitted if need be, taken up, decided."""
        for name, who in (("submit", "mai"), ("take up", "tren" if above else "vinh"), (by, "tren" if above else "an")):
            self._do(name, who, KINDS, 0, old=False)

    @rule(name=st.sampled_from(SHOWING), kinds=SUBSETS, pick=st.integers(0, 3))
    def what_may_be_shown_changes(self, name: str, kinds: tuple[str, ...], pick: int) -> None:
        """Again and again, by those who may."""
        self._do(name, DEEDS[name].may[0], kinds, pick, old=False)

    @rule(what=st.integers(0, 3), day=st.integers(-400, 400))
    def meanwhile(self, what: int, day: int) -> None:
        """The clock of duties looks at another day, or an editor places the item, or takes it down."""
        if what == 0:
            self.run(turn(self.judge.databases["plans"], now() + timedelta(days=day)))
            return
        rows = self.run(self.judge.rows("publicity", PLACES, id=self.id))
        if rows:
            row = rows[day % len(rows)]
            there = "withdrawal" if what == 3 else f"placements/{row['channel_id']}"
            place = f"/v1/items/{row['id']}/{there}"
            body = {"kind": "withdrawn", "explanation": "Đang xác minh."} if what == 3 else None
            asking = self.walker.ask("bich", "POST", "publicity", place, body, version=f'"{row["version"]}"')
            answer = self.run(asking)
            assert answer.status_code < 500 or answer.status_code == BUSY, answer.text
            self.taken_down = self.taken_down or (what == 3 and answer.is_success)

    def _do(self, name: str, who: str, kinds: tuple[str, ...], pick: int, *, old: bool) -> None:
        before = self.ask("mai", "GET", "")
        shown = (
            before.json() if before.is_success else {"holds": [], "consents": [], "stations": [], "subject_name": "X"}
        )
        version = self.stale if old else before.headers.get("etag", '"1"')
        method, path, body = asked(name, shown, kinds, pick)
        answer = self.ask(who, method, path, body, version)
        after = self.ask("mai", "GET", "")
        assert answer.status_code < 500 or answer.status_code == BUSY, answer.text
        if answer.is_success:
            assert who in DEEDS[name].may, f"{who} may {name}"
            self.deleted = self.deleted or name == "delete"
        else:
            assert answer.headers["content-type"] == "application/problem+json"
            assert _same(before, after), f"a refused «{name}» changed something"
        self.stale = self.stale or before.headers.get("etag")

    @invariant()
    def what_must_hold_holds(self) -> None:
        """Once everybody has heard of it."""
        self.run(self.walker.until(partial(self.judge.settled, self.id)))
        assert self.run(self.judge.wrongs(self.id, taken_down=self.taken_down)) == []


def _same(before: httpx.Response, after: httpx.Response) -> bool:
    """What is not there, or could not be read for a moment, has nothing to compare but that."""
    return not (before.is_success and after.is_success) or before.text == after.text


LOOPS: list[asyncio.AbstractEventLoop] = []


@pytest.fixture(scope="module")
async def judge(product: Servers) -> AsyncIterator[Judge]:
    """Reads the databases of the running product."""
    judge = Judge(product)
    yield judge
    await judge.close()


@pytest.mark.timeout(600 + 3 * CASES)
async def test_a_life_in_any_order(walker: Walker, judge: Judge) -> None:
    await walker.issue_plan()
    period = (await walker.duty())["period_key"]
    LOOPS[:] = [asyncio.get_running_loop()]
    effort = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        # the story as it happened: looking for a shorter one would take as long again many times over
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    lives = seed(SEED)(type("Lives", (Life,), {"__init__": lambda self: Life.__init__(self, walker, judge, period)}))

    await asyncio.to_thread(run_state_machine_as_test, lives, settings=effort)
