"""The tables of states: every step judged, every state reachable, every state left or meant to be the last."""

from __future__ import annotations

import pytest

from services.notifications.workflow import (
    ENDPOINT_TRANSITIONS,
    LABELS,
    TRANSITIONS,
    UNFINISHED,
    EndpointState,
    EndpointStep,
    State,
    Step,
    next_endpoint_state,
    next_state,
)
from shared.errors import StepNotPossible

# A receiver took it: a person may still ask for it again. Cancelled is for good: its content is gone or unwanted.
LAST = {State.CANCELLED}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_each_step_of_a_delivery_follows_the_table(state: State, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert next_state(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(StepNotPossible) as caught:
            next_state(state, step)
        assert caught.value.params == {"state": LABELS[state], "step": LABELS[step]}


@pytest.mark.parametrize("state", EndpointState)
@pytest.mark.parametrize("step", EndpointStep)
def test_each_step_of_an_endpoint_follows_the_table(state: EndpointState, step: EndpointStep) -> None:
    if (state, step) in ENDPOINT_TRANSITIONS:
        assert next_endpoint_state(state, step) is ENDPOINT_TRANSITIONS[state, step]
    else:
        with pytest.raises(StepNotPossible) as caught:
            next_endpoint_state(state, step)
        assert caught.value.params == {"state": LABELS[state], "step": LABELS[step]}


def test_every_state_is_reached() -> None:
    assert {State.PENDING, *TRANSITIONS.values()} == set(State)
    assert {EndpointState.ACTIVE, *ENDPOINT_TRANSITIONS.values()} == set(EndpointState)


def test_every_state_is_left_or_is_the_last() -> None:
    assert {state for state, _ in TRANSITIONS} | LAST == set(State)
    assert {state for state, _ in ENDPOINT_TRANSITIONS} == set(EndpointState)


def test_whatever_is_unfinished_can_be_cancelled() -> None:
    assert {state for state, step in TRANSITIONS if step is Step.CANCEL} == set(UNFINISHED)


def test_every_state_and_step_has_a_name_for_people() -> None:
    assert set(LABELS) == {*State, *Step, *EndpointState, *EndpointStep}
