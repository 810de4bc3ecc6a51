"""Which organisations a plan's words may mean: proposals out of the issuer's neighbourhood, for a person to confirm."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from math import log
from typing import NamedTuple
from uuid import UUID

from services.plans.confirming.holding import Held
from services.plans.confirming.values import Links
from services.plans.terms import Bearers, Kind
from shared.text import fold

_DATA = tomllib.loads(resources.files(__package__).joinpath("abbreviations.toml").read_text("utf-8"))
SHORT = {word: fold(meaning).split() for word, meaning in _DATA["words"].items()}
MANY = tuple(fold(word) for word in _DATA["many"]["first"])
EMPTY = frozenset(fold(word) for word in _DATA["empty"]["words"])
LEAST = 0.55  # below this a proposal is a guess
MOST, MOST_WORDINGS = 5, 400  # of a plan; a text of ten thousand lines has no more looked at
OTHER_TIMES = 0.9  # what a name is worth on a day on which the body was not called so


class Neighbour(NamedTuple):
    """A name of a body near the issuer, with the days on which it was called so. `nearness`: 0 is the issuer."""

    organisation_id: UUID
    name: str
    short_name: str | None
    from_on: date | None
    to_on: date | None
    nearness: int

    def called_so(self, on: date) -> bool:
        """Both days included; null is open."""
        return (self.from_on is None or self.from_on <= on) and (self.to_on is None or self.to_on >= on)


class Candidate(NamedTuple):
    """A body that some words may mean. `score` 1 is its very name."""

    organisation_id: UUID
    name: str
    score: float


class Neighbourhood:
    """The names around an issuer, made ready to be compared once."""

    def __init__(self, issuer_id: UUID, names: Sequence[Neighbour], *, on: date) -> None:
        self.issuer_id, self.on = issuer_id, on
        self._names = [(name, _words(said)) for name in names for said in {name.name, name.short_name} if said]
        self._called: dict[frozenset[str], list[Neighbour]] = {}
        for name, words in self._names:
            self._called.setdefault(words, []).append(name)
        seen = Counter(word for _, words in self._names for word in words)
        self._worth = {word: 1 + log(len(self._names) / times) for word, times in seen.items()}
        self._found: dict[str, list[Candidate]] = {}
        self._unseen = 1 + log(len(self._names) or 1)

    def candidates(self, words: str) -> list[Candidate]:
        """The likeliest first, at most five; of equals the nearest to the issuer. None beyond so many wordings."""
        if words not in self._found and len(self._found) < MOST_WORDINGS:
            self._found[words] = self._ranked(words)
        return self._found.get(words, [])

    def called(self, words: str) -> list[Neighbour]:
        """The bodies whose very name these words are, or were on any day; the nearest to the issuer first."""
        return self._called.get(_words(words), [])

    def _ranked(self, words: str) -> list[Candidate]:
        wanted = _words(words)
        best: dict[UUID, tuple[float, Neighbour]] = {}
        for name, said in self._names:
            score = self._alike(wanted, said) * (1 if name.called_so(self.on) else OTHER_TIMES)
            if score >= LEAST and score > best.get(name.organisation_id, (0.0, name))[0]:
                best[name.organisation_id] = (score, name)
        ranked = sorted(best.values(), key=lambda found: (-round(found[0], 2), found[1].nearness, found[1].name))
        return [Candidate(name.organisation_id, name.name, round(score, 2)) for score, name in ranked[:MOST]]

    def proposed(self, words: str | None) -> UUID | None:
        """The one body that these words mean, if no other could be meant as well."""
        found = self.candidates(words) if words else []
        clear = len(found) == 1 or (len(found) > 1 and found[0].score - found[1].score >= 0.05)
        return found[0].organisation_id if clear else None

    def bearers(self, actor: str | None, *, kind: Kind = Kind.NOMINATE) -> Bearers:
        """Who owes: everybody under the issuer where a clause names many or nobody, else the body it names.

        Turns are dealt out by the issuer where nobody else is named.
        """
        if actor is None and kind is Kind.ROTATION:
            return Bearers(organisation_ids=[self.issuer_id])
        if actor is None or is_many(actor):
            return Bearers(edge_type="line_of_command", of_id=self.issuer_id)
        named = self.proposed(actor)
        return Bearers(organisation_ids=[named]) if named else Bearers()

    def _alike(self, wanted: frozenset[str], said: frozenset[str]) -> float:
        """1 where the words are the same; else how much of what was wanted is said, and a little of the reverse."""
        if wanted == said:
            return 1.0
        both, mine, theirs = (self._weight(words) for words in (wanted & said, wanted, said))
        return 0.98 * (0.75 * both / mine + 0.25 * both / theirs) if mine and theirs else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return sum(self._worth.get(word, self._unseen) for word in words)


def named(leaf: Held) -> dict[str, list[str]]:
    """The words by which a leaf names bodies, by the link each stands for; `bearers` may name many, or nobody."""
    if leaf.value is None or leaf.family not in {"obligations", "rotation"}:
        return {}
    if leaf.family == "rotation":
        return {"bearers": [leaf.value.unit]}
    given = leaf.value
    then = given.then.to if given.then else None
    return {
        "bearers": [given.actor] if given.actor else [],
        "to_ids": given.to,
        "via_id": [given.via] if given.via else [],
        "then_to_id": [then] if then else [],
    }


def proposed_links(leaf: Held, around: Neighbourhood, movements: Mapping[str, UUID]) -> Links:
    """What a person would most likely link; whatever could be two bodies is left open."""
    if leaf.family == "movements" and leaf.value is not None:
        return Links(movement_id=movements.get(fold(leaf.value.name)))
    words = named(leaf)
    if not words:
        return Links()
    if leaf.family == "rotation":
        unit = around.proposed(leaf.value.unit)
        return Links(bearers=Bearers(organisation_ids=[unit] if unit else []))
    one = {name: around.proposed(words[name][0]) if words[name] else None for name in ("via_id", "then_to_id")}
    to = [found for name in words["to_ids"] if (found := around.proposed(name))]
    return Links(bearers=around.bearers(leaf.value.actor, kind=leaf.value.kind), to_ids=list(dict.fromkeys(to)), **one)


def is_many(actor: str) -> bool:
    """Whether a clause names everybody: «mỗi đơn vị», «các cơ quan, đơn vị», «đơn vị»."""
    return fold(actor).startswith(MANY)


@lru_cache(maxsize=20_000)
def _words(text: str) -> frozenset[str]:
    """Folded, without what stands in brackets, shortened words as what they stand for."""
    apart = re.findall(r"\w+", fold(re.sub(r"\([^)]*\)", " ", text)))
    whole = [word for part in apart for word in SHORT.get(part, [part])]
    return frozenset(whole) - EMPTY or frozenset(apart)
