"""Whom the words of a leaf mean, as the page tells it: in words, by name, and what is linked to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.plans.pages import wording
from services.plans.schemas.readings.given import LeafOut, ReadingOut
from services.plans.terms import COUNTED

ROLES = {"bearers": "Ai làm", "to_ids": "Gửi tới", "via_id": "Qua", "then_to_id": "Gửi tiếp tới"}
UNNAMED = "cơ quan chưa rõ tên"


class Linked(NamedTuple):
    """Whom a leaf's words mean: in words, by name, and what is not linked."""

    label: str
    words: str
    names: Sequence[str]
    rule: str
    missing: bool


def linked(leaf: LeafOut, out: ReadingOut) -> Iterator[Linked]:
    """Each role of a leaf with its words and its bodies: those linked, or those proposed while nobody has decided."""
    links = leaf.proposed_links or leaf.links
    for link, label in ROLES.items():
        words = [each.words for each in leaf.meant if each.link == link]
        if link == "bearers":
            found = _bearers(leaf, out, label=label, words=words)
        else:
            stated = getattr(links, link)
            bodies = stated if isinstance(stated, list) else [stated] if stated else []
            found = Linked(label, "; ".join(words), _names(out, bodies), "", len(bodies) < len(words))
        if any(found[1:]):
            yield found


def _bearers(leaf: LeafOut, out: ReadingOut, *, label: str, words: Sequence[str]) -> Linked:
    bearers = (leaf.proposed_links or leaf.links).bearers
    named = _names(out, bearers.organisation_ids)
    missing = _nobody(leaf, words, bearers.stated)
    if bearers.edge_type is None or bearers.of_id is None:
        return Linked(label, "; ".join(words), named, "", missing)
    rule = f"mọi {wording.EDGES[bearers.edge_type]} của {out.names.get(bearers.of_id, UNNAMED)}"
    today = _bearing(out, bearers.edge_type, bearers.of_id)
    return Linked(label, "; ".join(words), [*named, *today], rule, missing)


def _names(out: ReadingOut, bodies: Iterable[UUID]) -> list[str]:
    return [out.names.get(body, UNNAMED) for body in bodies]


def _nobody(leaf: LeafOut, words: Sequence[str], stated: bool) -> bool:
    kind = leaf.value.get("kind") if isinstance(leaf.value, Mapping) else None
    return not stated and bool(words or kind in {each.value for each in COUNTED})


def _bearing(out: ReadingOut, edge_type: str, of_id: UUID) -> list[str]:
    bodies = [rule.bodies for rule in out.bearing if (rule.edge_type, rule.of_id) == (edge_type, of_id)]
    return sorted(body.name or UNNAMED for found in bodies for body in found)


def linked_movements(out: ReadingOut) -> set[UUID]:
    """Every entry that a movement is, or is proposed to be."""
    entries = ((leaf.proposed_links or leaf.links).movement_id for leaf in out.leaves)
    return {entry for entry in entries if entry}


def entry_of(leaf: LeafOut, movements: Mapping[UUID, str]) -> str:
    """Which entry of the catalogue a movement is, in words; `movements` are the entries' names."""
    entry = (leaf.proposed_links or leaf.links).movement_id
    if entry:
        return f"là phong trào «{movements.get(entry, 'chưa rõ tên')}» trong danh mục"
    return "chưa có trong danh mục, hoặc trùng tên" if leaf.proposed_links else "không gắn với danh mục"
