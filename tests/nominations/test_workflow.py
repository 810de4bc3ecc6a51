"""Every state and step against the tables of nominations."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from services.nominations import workflow
from services.nominations.workflow import (
    LABELS,
    OPEN,
    STATION_LABELS,
    STATION_TRANSITIONS,
    TRANSITIONS,
    State,
    StationState,
    StationStep,
    Step,
    next_state,
    next_station_state,
)
from shared.diagram import inserted, mermaid
from shared.errors import StepNotPossible
from shared.messages import WORDS

README = Path(workflow.__file__).with_name("README.md")


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", State)
def test_a_nomination_moves_exactly_as_its_table_says(state: State, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert next_state(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(StepNotPossible) as refused:
            next_state(state, step)
        assert refused.value.params == {"state": state.value, "step": step.value}


@pytest.mark.parametrize("step", StationStep)
@pytest.mark.parametrize("state", StationState)
def test_a_station_moves_exactly_as_its_table_says(state: StationState, step: StationStep) -> None:
    if (state, step) in STATION_TRANSITIONS:
        assert next_station_state(state, step) is STATION_TRANSITIONS[state, step]
    else:
        with pytest.raises(StepNotPossible) as refused:
            next_station_state(state, step)
        assert refused.value.params == {"state": state.value, "step": step.value}


def _reached(start: StrEnum, table: Mapping[Any, StrEnum]) -> set[StrEnum]:
    found = {start}
    while new := {after for (state, _), after in table.items() if state in found} - found:
        found |= new
    return found


def test_every_state_is_reachable() -> None:
    assert _reached(State.DRAFT, TRANSITIONS) == set(State)
    assert _reached(StationState.WAITING, STATION_TRANSITIONS) == set(StationState)


def test_every_state_that_is_not_an_end_can_be_moved_by_somebody() -> None:
    ends = {State.DECLINED, State.WITHDRAWN}
    station_ends = {StationState.DECLINED, StationState.CANCELLED, StationState.REVOKED}

    assert {state for state, _ in TRANSITIONS} == set(State) - ends
    assert {state for state, _ in STATION_TRANSITIONS} == set(StationState) - station_ends


def test_the_open_states_are_those_that_can_be_cancelled() -> None:
    assert {s for s, step in STATION_TRANSITIONS if step is StationStep.CANCEL} == OPEN


def test_every_state_and_step_has_its_words() -> None:
    assert LABELS.keys() == set(State)
    assert STATION_LABELS.keys() == set(StationState)
    assert {*State, *StationState, *Step, *StationStep} - WORDS.keys() == set()


def test_the_page_shows_the_tables() -> None:
    page = README.read_text("utf-8")
    tables: list[Any] = [TRANSITIONS, STATION_TRANSITIONS]

    assert page == inserted(page, *map(mermaid, tables))
