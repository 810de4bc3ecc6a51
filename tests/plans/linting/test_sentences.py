"""What people read: every finding can be said in both languages with the params its check gives."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from services.plans import linting
from services.plans.linting import Level
from services.plans.linting.checks import findings
from services.plans.linting.finding import data
from tests.plans.linting.texts import plan

KINDS = data("findings")["kind"]
SOURCES = [path.read_text("utf-8") for path in Path(linting.__file__).parent.glob("*.py")]


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_said_in_both_languages_with_the_same_params(kind: str) -> None:
    entry = KINDS[kind]
    vi, en = ([blanks(text) for text in entry[language]] for language in ("vi", "en"))

    assert len(vi) == len(en) == 2
    assert vi[0] == en[0]
    assert Level(entry["level"])


def test_every_kind_is_found_by_a_check_and_every_check_has_its_sentence() -> None:
    named = {kind for source in SOURCES for kind in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source)}
    named |= {f"{kind}-some-day" for kind in ("cited-text-replaced", "cited-text-ended")}

    assert set(KINDS) <= named
    assert set(re.findall(r'Draft\(\s*"([a-z-]+)"', "".join(SOURCES))) <= set(KINDS)


def test_findings_are_numbered_in_the_order_of_the_text_what_is_missing_first() -> None:
    listed = findings(plan(number="", duties="Các phòng định kỳ báo cáo Sở Nội vụ."))

    assert [finding.number for finding in listed] == list(range(1, len(listed) + 1))
    starts = [finding.start if finding.start is not None else -1 for finding in listed]
    assert starts == sorted(starts)
    assert listed[0].start is None


def test_the_same_findings_in_english() -> None:
    reading = plan(duties="Các phòng giới thiệu gương điển hình về Sở Nội vụ trước ngày 15/5/2024.")

    (finding,) = findings(reading, language="en")

    assert finding.sentence == "The sentence on nominations leaves open: how many."
    assert finding.suggestion == "One could add: «ít nhất 01 điển hình tiên tiến»."
