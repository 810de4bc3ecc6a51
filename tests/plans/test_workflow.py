"""Every state and step of plans and duties against their tables."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from services.plans import workflow
from services.plans.workflow import (
    DUTY_TRANSITIONS,
    TRANSITIONS,
    DutyState,
    DutyStep,
    State,
    Step,
    duty_steps,
    next_duty_state,
    next_state,
    standing,
)
from shared.diagram import inserted, mermaid
from shared.errors import StepNotPossible
from tests.plans import factories as make


@pytest.mark.parametrize(("state", "step"), list(itertools.product(State, Step)))
def test_a_plan_moves_as_the_table_says_and_no_other_way(state: State, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert next_state(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(StepNotPossible):
            next_state(state, step)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(DutyState, DutyStep)))
def test_a_duty_moves_as_the_table_says_and_no_other_way(state: DutyState, step: DutyStep) -> None:
    if (state, step) in DUTY_TRANSITIONS:
        assert next_duty_state(state, step) is DUTY_TRANSITIONS[state, step]
    else:
        with pytest.raises(StepNotPossible):
            next_duty_state(state, step)


def test_every_state_is_reached_from_the_first() -> None:
    assert {State.DRAFT, *TRANSITIONS.values()} == set(State)
    assert {DutyState.OPEN, *DUTY_TRANSITIONS.values()} == set(DutyState)


def test_every_step_leads_somewhere() -> None:
    assert {step for _, step in TRANSITIONS} == set(Step)
    assert {step for _, step in DUTY_TRANSITIONS} == set(DutyStep)


def test_every_state_has_a_word_for_people() -> None:
    assert set(workflow.LABELS) == {*State, *DutyState}


@pytest.mark.parametrize(("state", "target"), list(itertools.product(DutyState, DutyState)))
def test_the_count_leads_a_duty_where_it_says_unless_it_was_waived(state: DutyState, target: DutyState) -> None:
    here = state
    for step in duty_steps(state, target):
        here = next_duty_state(here, step)

    unreachable = target is DutyState.WAIVED or (state, target) == (DutyState.OVERDUE, DutyState.OPEN)
    late_again = (state, target) == (DutyState.FULFILLED_LATE, DutyState.OPEN)
    assert here is (state if state is DutyState.WAIVED or unreachable or late_again else target)


@pytest.mark.parametrize(
    ("reached", "now", "expected"),
    [
        (None, "2026-12-04T23:59:59", DutyState.OPEN),
        (None, "2026-12-05T00:00:00", DutyState.OVERDUE),
        ("2026-12-04T23:59:59", "2026-12-06", DutyState.FULFILLED),
        ("2026-12-05T00:00:00", "2026-12-06", DutyState.FULFILLED_LATE),
    ],
)
def test_what_the_count_says_at_the_boundary(reached: str | None, now: str, expected: DutyState) -> None:
    due = make.at("2026-12-05")

    assert standing(make.at(reached) if reached else None, due, make.at(now)) is expected
    assert due - make.at("2026-12-04T23:59:59") == timedelta(seconds=1)


def test_the_page_shows_the_tables() -> None:
    page = Path("services/plans/README.md").read_text("utf-8")

    assert page == inserted(page, mermaid(TRANSITIONS), mermaid(DUTY_TRANSITIONS))
