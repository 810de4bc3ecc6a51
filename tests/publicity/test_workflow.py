"""The tables of states are what the code obeys, whole."""

from __future__ import annotations

import pytest

from services.publicity.workflow import (
    LABELS,
    PLACEMENT_TRANSITIONS,
    TRANSITIONS,
    PlacementState,
    PlacementStep,
    State,
    Step,
    next_placement_state,
    next_state,
)
from shared.errors import StepNotPossible


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_every_step_from_every_state_of_an_item(state: State, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert next_state(state, step) == TRANSITIONS[state, step]
        return

    with pytest.raises(StepNotPossible) as refused:
        next_state(state, step)
    assert refused.value.params == {"state": LABELS[state], "step": LABELS[step]}


@pytest.mark.parametrize("state", PlacementState)
@pytest.mark.parametrize("step", PlacementStep)
def test_every_step_from_every_state_of_a_placement(state: PlacementState, step: PlacementStep) -> None:
    if (state, step) in PLACEMENT_TRANSITIONS:
        assert next_placement_state(state, step) == PLACEMENT_TRANSITIONS[state, step]
        return

    with pytest.raises(StepNotPossible):
        next_placement_state(state, step)


def test_every_state_is_reached_and_can_be_left() -> None:
    assert {State.DRAFT, *TRANSITIONS.values()} == set(State)
    assert {state for state, _ in TRANSITIONS} == set(State)
    assert {PlacementState.PENDING, *PLACEMENT_TRANSITIONS.values()} == set(PlacementState)
    assert {state for state, _ in PLACEMENT_TRANSITIONS} == set(PlacementState)


def test_every_step_leads_somewhere() -> None:
    assert {step for _, step in TRANSITIONS} == set(Step)
    assert {step for _, step in PLACEMENT_TRANSITIONS} == set(PlacementStep)
