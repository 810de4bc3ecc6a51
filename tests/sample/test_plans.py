"""The sample plans say what their texts say: quotes, obligations as the expected reading, bodies as named then."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from deploy import sample
from deploy.sample import SamplePlan
from deploy.sample.entries import HERE, organisations
from services.plans.terms import PlanTerms
from shared.text import slug

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
READINGS = {
    "ldld-cao-bang-2017": "000",
    "ubnd-con-dao-221-2020": "001",
    "so-ldtbxh-brvt-2020": "002",
    "ldld-lai-chau-141-2020": "003",
    "mttq-lang-son-2017-2020": "004",
}
DAYS = {"000": "2017-06-01", "001": "2020-09-28", "002": "2020-06-01", "003": "2020-01-14", "004": "2017-05-01"}
CONTINUED = "mttq-lang-son-tiep-tuc"
HISTORY = {"ldld-cao-bang-2017", "so-ldtbxh-brvt-2020", "ldld-lai-chau-141-2020", "mttq-lang-son-2017-2020"}
# Press and radio that a plan sends to by kind, not by name: they are channels, no bodies.
MEDIA = ("Đài truyền thanh", "báo, đài", "trang Thông tin điện tử")

Reading = dict[str, Any]


def plain(text: str) -> str:
    """NFC with single spaces: the form in which quotes and texts are compared."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def expected(number: str) -> Reading:
    """The reading of one seed; where the design pages are absent there is nothing to compare with."""
    if not SEEDS.is_dir():
        pytest.skip("the seeds' expected readings lie outside this repository")
    readings: list[Reading] = json.loads((SEEDS / "expected.json").read_text("utf-8"))
    return next(reading for reading in readings if reading["file"].startswith(number))


def names_on(day: str) -> dict[str, list[str]]:
    """What each body was called that day, as pieces of addresses."""
    return {
        entry["slug"]: [
            slug(name[kind])
            for name in entry["names"]
            if (name.get("from_on") or "") <= day <= (name.get("to_on") or "9999")
            for kind in ("name", "short_name")
            if name.get(kind)
        ]
        for entry in organisations()
    }


def entry_of(plan: str) -> Reading:
    """The file as it is written, with slugs."""
    found: Reading = json.loads((HERE / "plans" / f"{plan}.json").read_text("utf-8"))
    return found


def is_called(body: str, stated: str, day: str) -> bool:
    """Whether the text's words are this body's name that day, or its beginning («UBND huyện»)."""
    return any(name.startswith(slug(stated)) for name in names_on(day)[body])


@pytest.mark.parametrize("plan", sample.plans(), ids=lambda plan: plan.slug)
def test_every_plan_is_one_the_product_takes(plan: SamplePlan) -> None:
    terms = PlanTerms.model_validate(plan.terms)

    assert len(terms.obligations) == len({obligation.id for obligation in terms.obligations})
    assert plan.sources


@pytest.mark.parametrize("plan", sample.plans(), ids=lambda plan: plan.slug)
def test_every_quote_stands_in_the_plans_own_text(plan: SamplePlan) -> None:
    text = plain(plan.document.read_text("utf-8"))

    missing = [o["label"] for o in plan.terms["obligations"] if plain(o["quote"]) not in text]

    assert missing == []


@pytest.mark.parametrize(("plan", "number"), READINGS.items())
def test_the_document_is_the_published_text_unchanged(plan: str, number: str) -> None:
    seed = SEEDS / expected(number)["file"]

    assert sample.plan(plan).document.read_bytes() == seed.read_bytes()


@pytest.mark.parametrize(("plan", "number"), READINGS.items())
def test_the_head_of_a_plan_agrees_with_the_expected_reading(plan: str, number: str) -> None:
    reading, terms = expected(number), sample.plan(plan).terms
    kept = ("document_type", "number", "symbol", "date", "place", "subjects")

    assert {name: terms.get(name) for name in kept} == {name: reading[name] for name in kept}
    assert terms["title"] == plain(reading["title"])
    assert terms["period"] == {name: value for name, value in reading["period"].items() if value is not None}
    assert [(c["code"], c.get("date")) for c in terms["cited"]] == [(c["code"], c["date"]) for c in reading["cited"]]
    waves = [{"number": w["number"], "start": w["start_on"], "end": w["end_on"]} for w in terms.get("waves", [])]
    assert waves == reading["waves"]


@pytest.mark.parametrize(("plan", "number"), READINGS.items())
def test_obligations_agree_with_the_expected_reading_field_by_field(plan: str, number: str) -> None:
    stated = {o["label"]: o for o in entry_of(plan)["obligations"] if o["kind"] != "rotation"}
    wanted = {o["id"]: o for o in expected(number)["obligations"] if o["kind"] != "rotation"}

    assert stated.keys() == wanted.keys()
    for label, obligation in wanted.items():
        ours = stated[label]
        kept = ("kind", "actor", "minimum", "maximum", "cadence")
        assert [ours.get(name) for name in kept] == [obligation[name] for name in kept], label
        assert plain(ours["quote"]) == plain(obligation["quote"])
        assert without_nulls(ours.get("deadline")) == without_nulls(deadline(obligation)), label


def deadline(obligation: Reading) -> Reading:
    """Its rule without the words it was read from."""
    return {name: value for name, value in (obligation["deadline"] or {}).items() if name != "quote"}


def without_nulls(values: Reading | None) -> Reading:
    return {name: value for name, value in (values or {}).items() if value is not None}


@pytest.mark.parametrize(("plan", "number"), READINGS.items())
def test_receivers_are_the_bodies_the_text_names(plan: str, number: str) -> None:
    stated = {o["label"]: o for o in entry_of(plan)["obligations"]}
    day = DAYS[number]

    for obligation in expected(number)["obligations"]:
        if obligation["kind"] == "rotation":
            continue
        ours = stated[obligation["id"]]
        bodies = [to for to in obligation["to"] if not to.startswith(MEDIA)]
        then = (obligation["then"] or {}).get("to")
        assert [is_called(b, to, day) for b, to in zip(ours.get("to", []), bodies, strict=True)] == [True] * len(bodies)
        assert bool(ours.get("via")) == bool(obligation["via"])
        assert not obligation["via"] or is_called(ours["via"], obligation["via"], day)
        assert bool(ours.get("then_to")) == bool(then)
        assert not then or is_called(ours["then_to"], then, day)


def test_the_rotation_names_each_quarters_units_in_order() -> None:
    reading = expected("001")
    turns = [o for o in entry_of("ubnd-con-dao-221-2020")["obligations"] if o["kind"] == "rotation"]
    ours = [(turn["quarter"], unit) for turn in turns for unit in turn["bearers"]["organisations"]]
    stated = next(o for o in reading["obligations"] if o["kind"] == "rotation")

    assert [quarter for quarter, _ in ours] == [turn["quarter"] for turn in reading["rotation"]]
    for (_, unit), turn in zip(ours, reading["rotation"], strict=True):
        assert is_called(unit, turn["unit"], DAYS["001"]), turn["unit"]
    assert {turn["cadence"] for turn in turns} == {stated["cadence"]}
    assert {turn["what"] for turn in turns} == {plain(stated["quote"])}


def test_the_continuation_says_that_it_is_assumed_and_asks_the_same() -> None:
    continued, before = entry_of(CONTINUED), entry_of("mttq-lang-son-2017-2020")

    assert continued["title"].endswith(f"{sample.ASSUMED})")
    assert sample.ASSUMED in continued["sources"]
    assert continued["period"] == {"kind": "open_ended"}
    assert continued["obligations"] == before["obligations"]


@pytest.mark.parametrize("plan", sorted(HISTORY))
def test_a_plan_of_years_gone_by_is_over(plan: str) -> None:
    end = PlanTerms.model_validate(sample.plan(plan).terms).period.end_on

    assert end is not None
    assert end.year <= 2020
