"""Which sentence of an amendment states which obligation of the plan again; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from services.plans.confirming.holding import Held
from services.plans.confirming.values import plain
from services.plans.reading.reading import DeadlineValue
from services.plans.terms import Deadline, Kind, Obligation
from shared.text import fold

ALIKE = 0.5  # share of words from which two sentences state the same obligation
SAME_KIND = 0.1  # what being of one kind adds
LONGEST = 2_000  # characters of a sentence by which it is known again


class Sentence(NamedTuple):
    """An obligation as the new text states it; without a `quote` where a person added it."""

    kind: Kind
    quote: str = ""
    actor: str | None = None
    deadline: DeadlineValue | Deadline | None = None


def sentences(leaves: Mapping[str, Held]) -> dict[str, Sentence]:
    """Of the obligations, by key: as read, whatever was decided since."""
    found = {}
    for leaf in leaves.values():
        given = leaf.read.value if leaf.read else leaf.value
        if leaf.family == "obligations" and given is not None:
            quote = leaf.read.quote if leaf.read else ""
            found[leaf.key] = Sentence(given.kind, quote, given.actor, given.deadline)
    return found


def same_obligations(before: Sequence[Obligation], stated: Mapping[str, Sentence]) -> dict[str, UUID]:
    """Which leaf states which obligation again: by their words, the most alike first; without words, by their facts."""
    known = [o for o in before if not o.quarter]
    found = _alike(known, stated)
    matched = set(found.values())
    left = {key: sentence for key, sentence in stated.items() if key not in found}
    return found | _of_same_facts([o for o in known if o.id not in matched], left)


def _alike(before: Sequence[Obligation], stated: Mapping[str, Sentence]) -> dict[str, UUID]:
    """By their words, each folded once; of equals in their order."""
    known = [(o.kind, _words(o.quote or o.what or "")) for o in before]
    bits = {word: 1 << place for place, word in enumerate({word for _, words in known for word in words})}
    masks = [(other, sum(bits[word] for word in words), len(words)) for other, (_, words) in enumerate(known)]
    pairs: list[tuple[float, int, int]] = []
    for place, sentence in enumerate(stated.values()):
        words = _words(sentence.quote)
        mine, size = sum(bits.get(word, 0) for word in words), len(words) or 1
        least = [ALIKE - SAME_KIND if kind is sentence.kind else ALIKE for kind, _ in known]
        pairs += [
            (least[other] - share, place, other)
            for other, theirs, count in masks
            if (share := (shared := (mine & theirs).bit_count()) / (size + count - shared)) >= least[other]
        ]
    return _paired(sorted(pairs), list(stated), [o.id for o in before])


def _paired(pairs: Iterable[tuple[float, int, int]], keys: Sequence[str], ids: Sequence[UUID]) -> dict[str, UUID]:
    """Each key and each id once, the first pairs first."""
    found: dict[str, UUID] = {}
    taken: set[UUID] = set()
    for _, place, other in pairs:
        if keys[place] not in found and ids[other] not in taken:
            found[keys[place]] = ids[other]
            taken.add(ids[other])
    return found


def _of_same_facts(before: Sequence[Obligation], stated: Mapping[str, Sentence]) -> dict[str, UUID]:
    """Where one of the two was never a sentence: the same kind, actor and deadline."""
    waiting: dict[Hashable, list[Obligation]] = defaultdict(list)
    for o in before:
        waiting[_facts(o)].append(o)
    found: dict[str, UUID] = {}
    for key, sentence in stated.items():
        known = waiting.get(_facts(sentence), []) if sentence.actor or sentence.deadline else []
        again = next((o for o in known if not (sentence.quote and o.quote)), None)
        if again is not None:
            known.remove(again)
            found[key] = again.id
    return found


def _facts(stated: Obligation | Sentence) -> Hashable:
    deadline = plain(stated.deadline) or {}
    return stated.kind, fold(stated.actor or ""), tuple(sorted(deadline.items()))


def _words(text: str) -> frozenset[str]:
    return frozenset(word for part in text[:LONGEST].split() for word in _folded(part))


@lru_cache(maxsize=20_000)
def _folded(part: str) -> list[str]:
    """What is between two spaces; plans say the same things again and again."""
    return re.findall(r"\w+", fold(part))
