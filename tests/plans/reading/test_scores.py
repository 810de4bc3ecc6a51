"""How well plans are read: a floor a little under what was reached, so that it is not lost again."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from services.plans.reading import read_file
from tests.plans.reading.pace import ASKED, PAGES, WORDS_OF_A_PAGE, longest, seconds
from tests.plans.reading.scoring import scored

SHARED = Path(__file__).parents[4] / "shared"
SCORER, SEEDS = SHARED / "tools" / "score_readings.py", SHARED / "seeds"
FIELDS_OF_SEEDS, SETS_OF_SEEDS = 0.945, 0.96
FIELDS_OF_PLANS, SETS_OF_PLANS = 0.98, 0.97
SURE_AND_RIGHT = 0.95


def test_the_plans_are_read_as_well_as_before() -> None:
    score = scored()

    assert score.right / score.asked >= FIELDS_OF_PLANS, score.misses
    assert sum(score.sets) / len(score.sets) >= SETS_OF_PLANS
    assert score.sure_right / score.sure >= SURE_AND_RIGHT
    assert (score.invented, score.broken) == ([], [])


@pytest.mark.skipif(not SCORER.exists(), reason="the five seeds and their scorer lie outside this repository")
def test_the_seeds_are_read_as_well_as_before() -> None:
    score, broken = _of_seeds(_scorer())

    sets = [figure for figures in score.sets.values() for figure in figures]
    assert sum(score.right.values()) / sum(score.total.values()) >= FIELDS_OF_SEEDS, score.misses
    assert sum(sets) / len(sets) >= SETS_OF_SEEDS
    assert score.sure_right / score.sure >= SURE_AND_RIGHT
    assert (score.invented, broken) == ([], [])


def _of_seeds(scorer: ModuleType) -> tuple[Any, list[str]]:
    score, broken = scorer.Score(), list[str]()
    for expected in json.loads((SEEDS / "expected.json").read_text("utf-8")):
        reading = read_file((SEEDS / expected["file"]).read_bytes(), expected["file"])
        scorer.compare(score, expected, json.loads(reading.model_dump_json(by_alias=True)), broken)
    return score, broken


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_readings", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_four_pages_are_read_in_half_a_second() -> None:
    text = longest()

    assert len(text.split()) >= PAGES * WORDS_OF_A_PAGE
    assert seconds(text) < ASKED
