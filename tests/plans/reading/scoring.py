"""A reading against what a careful reader finds: strict where both state a value, told by name where they differ."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.plans.reading import read_file

PLANS = Path(__file__).parent / "plans"
ROUGHLY = frozenset({"title", "issuer", "actor", "via", "funding", "scoring"})  # a word more or less
SCALARS = (
    "document_type",
    "number",
    "symbol",
    "date",
    "place",
    "title",
    "issuer",
    "period",
    "signer",
    "subjects",
    "funding",
    "scoring",
)
OF_OBLIGATIONS = ("kind", "actor", "minimum", "maximum", "cadence", "deadline", "via")
OF_SETS = {"cited": "code", "movements": "name", "channels": "name", "recipients": "name"}
SURE = 0.9


@dataclass
class Score:
    """What was counted over a folder; `sure` are leaves with 0.9 and more, and how many of them are right."""

    right: int = 0
    asked: int = 0
    invented: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    sets: list[float] = field(default_factory=list)
    sure: int = 0
    sure_right: int = 0
    broken: list[str] = field(default_factory=list)

    def one(self, where: str, expected: Any, got: Any, confidence: float | None = None) -> None:
        """A value that the text states, or that it does not."""
        if expected in (None, "", [], {}):
            self.invented += [f"{where}: {got!r}"] if got not in (None, "", [], {}) else []
            return
        longer = where.split()[-1] in ROUGHLY and isinstance(got, str)
        fits = _alike(expected, got) if longer else _plain(expected) == _plain(got)
        self.asked, self.right = self.asked + 1, self.right + fits
        self.misses += [] if fits else [f"{where}: {expected!r}, read {got!r}"]
        if confidence is not None and confidence >= SURE and got not in (None, "", [], {}):
            self.sure, self.sure_right = self.sure + 1, self.sure_right + fits

    def many(self, expected: list[str], leaves: list[tuple[str, float]]) -> None:
        """F1 of a set of names; a leaf that says it is sure is right where its name is expected."""
        got = [name for name, _ in leaves]
        if expected or got:
            hit = sum(any(_alike(e, g) for g in got) for e in expected)
            fits = [any(_alike(e, g) for e in expected) for g in got]
            self.sets.append(2 * min(hit, sum(fits)) / (len(expected) + len(got)))
            self.sure += sum(sure >= SURE for _, sure in leaves)
            self.sure_right += sum(fit for fit, (_, sure) in zip(fits, leaves, strict=True) if sure >= SURE)


def scored(folder: Path = PLANS) -> Score:
    """Every plan of a folder against its `expected.json`."""
    score = Score()
    for expected in json.loads((folder / "expected.json").read_text("utf-8")):
        reading = read_file((folder / expected["file"]).read_bytes(), expected["file"])
        _compare(score, expected, json.loads(reading.model_dump_json(by_alias=True)))
    return score


def _compare(score: Score, expected: dict[str, Any], got: dict[str, Any]) -> None:
    file = expected["file"][:3]
    text = got["text"]
    score.broken += [leaf["quote"] for leaf in _leaves(got) if text[leaf["start"] : leaf["end"]] != leaf["quote"]]
    for name in SCALARS:
        leaf = got[name] or {}
        score.one(f"{file} {name}", expected.get(name), leaf.get("value"), leaf.get("confidence"))
    for name, key in OF_SETS.items():
        wanted = [each[key] if isinstance(each, dict) else each for each in expected.get(name) or []]
        score.many(wanted, [(leaf["value"][key], leaf["confidence"]) for leaf in got[name]])
    for whom, sentences in expected["criteria"].items():
        score.many(sentences, [(leaf["value"], leaf["confidence"]) for leaf in got["criteria"][whom]])
    turns = [f"{each['quarter']} {each['unit']}" for each in expected.get("rotation") or []]
    said = [(f"{leaf['value']['quarter']} {leaf['value']['unit']}", leaf["confidence"]) for leaf in got["rotation"]]
    score.many(turns, said)
    _obligations(score, file, expected["obligations"], got["obligations"])


def _obligations(score: Score, file: str, expected: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
    """Each against the reading of the same sentence."""
    free = list(got)
    for each in expected:
        found = max(free, key=lambda leaf: _shared(each["quote"], leaf["quote"]), default=None)
        if found is None or _shared(each["quote"], found["quote"]) < 0.5:
            score.one(f"{file} {each['id']}", "an obligation", None)
            continue
        free.remove(found)
        for name in OF_OBLIGATIONS:
            if name in each:
                score.one(f"{file} {each['id']} {name}", each[name], found["value"][name], found["confidence"])
        score.many(each["to"], [(to, 0.0) for to in found["value"]["to"]])


def _leaves(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "quote" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _leaves(each)


def _plain(value: Any) -> Any:
    """How two values are compared: one case, one space, no outer signs; of parts, those that are stated."""
    if isinstance(value, dict):
        told = {name: _plain(each) for name, each in value.items() if name not in {"quote", "on_behalf_of", "kind"}}
        return {name: each for name, each in told.items() if each not in (None, False, "", "same")}
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).replace("–", "-").replace("Uỷ", "Ủy").replace("uỷ", "ủy")
    return re.sub(r"\s+", " ", text).strip(" .;,:()-“”\"'*").casefold()


def _alike(one: str, other: str) -> bool:
    a, b = _plain(one), _plain(other)
    return bool(a == b or ((a in b or b in a) and min(len(a), len(b)) >= 0.6 * max(len(a), len(b))))


def _shared(one: str, other: str) -> float:
    a, b = set(_plain(one).split()), set(_plain(other).split())
    return len(a & b) / max(1, len(a | b))
