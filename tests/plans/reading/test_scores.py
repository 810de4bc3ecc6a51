"""The seeds, where they lie beside the checkout: a floor under what was reached, so that it is not lost again."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from services.plans.reading import read_file

SHARED = Path(__file__).parents[4] / "shared"
SCORER, SEEDS = SHARED / "tools" / "score_readings.py", SHARED / "seeds"
FIELDS, SETS = 0.93, 0.85


def test_the_seeds_are_read_as_well_as_before() -> None:
    """A clone without the seeds has none to score: their five texts are not part of this repository."""
    scorer = _scorer() if SCORER.exists() else None
    if scorer is None:
        return

    score, broken = _scored(scorer)

    sets = [figure for figures in score.sets.values() for figure in figures]
    assert sum(score.right.values()) / sum(score.total.values()) >= FIELDS
    assert sum(sets) / len(sets) >= SETS
    assert score.sure_right / score.sure >= 0.95
    assert (score.invented, broken) == ([], [])


def _scored(scorer: ModuleType) -> tuple[Any, list[str]]:
    score, broken = scorer.Score(), list[str]()
    for expected in json.loads((SEEDS / "expected.json").read_text("utf-8")):
        reading = read_file((SEEDS / expected["file"]).read_bytes(), expected["file"])
        scorer.compare(score, expected, json.loads(reading.model_dump_json(by_alias=True)), broken)
    return score, broken


def _scorer() -> ModuleType | None:
    spec = importlib.util.spec_from_file_location("score_readings", SCORER)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
