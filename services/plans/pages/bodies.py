"""Organisations as a form names them: those proposed as a choice, any other by its name in the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.plans.confirming import Neighbour
from services.plans.pages import wording
from services.plans.pages.typed import Typed, said
from services.plans.schemas.readings.given import LeafOut
from shared.text import fold

MOST_OFFERED = 300  # while typing; any name of the neighbourhood is understood
LINKS = {  # the fields by family: name on the page, in the links, label
    "obligations": (
        ("bearers", "bearers", "Những cơ quan phải làm"),
        ("to", "to_ids", "Nơi nhận trong danh bạ"),
        ("via", "via_id", "Qua cơ quan nào"),
        ("then", "then_to_id", "Nơi tiếp theo trong danh bạ"),
    ),
    "rotation": (("bearers", "bearers", "Cơ quan đến lượt"),),
}
RULES = {"": "chỉ những cơ quan chọn ở trên"} | {name: f"mọi {words} của …" for name, words in wording.EDGES.items()}


class Choice(NamedTuple):
    """A body one may link; `share` is how well its name fits the words, in percent."""

    id: str
    name: str
    share: int | None


class LinkField(NamedTuple):
    """One link of a leaf: `many` bodies or one, out of these, or another by name."""

    name: str
    label: str
    many: bool
    choices: Sequence[Choice]


class BodyUnknown(Exception):
    """No body of the neighbourhood is called so, or more than one."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Bodies:
    """The names around an issuer, the nearest first."""

    def __init__(self, neighbours: Sequence[Neighbour]) -> None:
        self._ids: dict[str, list[UUID]] = {}
        for one in neighbours:
            for name in {one.name, one.short_name} - {None}:
                known = self._ids.setdefault(fold(name or ""), [])
                known += [one.organisation_id] if one.organisation_id not in known else []
        standing = dict.fromkeys(one.name for one in neighbours if one.to_on is None)
        self.offered = list(standing)[:MOST_OFFERED]

    def find(self, name: str) -> UUID:
        """Raises BodyUnknown."""
        found = self._ids.get(fold(name), [])
        if len(found) != 1:
            raise BodyUnknown(name)
        return found[0]


def link_fields(leaf: LeafOut | None, family: str, names: Mapping[UUID, str]) -> list[LinkField]:
    """What a leaf of this family links, with the bodies its words may mean and those it is linked to."""
    chosen = _links(leaf)
    return [
        LinkField(
            name,
            label,
            key.endswith("_ids") or key == "bearers",
            _choices(leaf, key, chosen=chosen.get(key), names=names),
        )
        for name, key, label in LINKS.get(family, ())
    ]


def _links(leaf: LeafOut | None) -> dict[str, Any]:
    links = (leaf.proposed_links or leaf.links) if leaf else None
    return links.model_dump(mode="json") if links else {}


def _choices(leaf: LeafOut | None, key: str, *, chosen: Any, names: Mapping[UUID, str]) -> list[Choice]:
    meant = [each for each in leaf.meant if each.link == key] if leaf else []
    found = {
        str(c.organisation_id): Choice(str(c.organisation_id), c.name, round(c.score * 100))
        for each in meant
        for c in each.candidates
    }
    for body in _ids(chosen):
        found.setdefault(body, Choice(body, names.get(UUID(body), "cơ quan chưa rõ tên"), None))
    return list(found.values())


def _ids(stated: Any) -> list[str]:
    if isinstance(stated, Mapping):
        return list(stated["organisation_ids"])
    return list(stated) if isinstance(stated, list) else [stated] if stated else []


def movement_choices(leaf: LeafOut | None, alike: Mapping[UUID, str], linked: Mapping[UUID, str]) -> dict[str, str]:
    """The entry it is linked to, those called alike, and none, by id."""
    entry = _links(leaf).get("movement_id")
    chosen = {entry: linked.get(UUID(entry), "phong trào chưa rõ tên")} if entry else {}
    return {"": "không gắn"} | chosen | {str(id): name for id, name in alike.items()}


def filled_links(leaf: LeafOut | None, family: str) -> Typed:
    """What the fields show: what is linked, or what is proposed while nobody has decided."""
    chosen = _links(leaf)
    fields = {f"link_{name}": _ids(chosen.get(key)) for name, key, _ in LINKS.get(family, ())}
    rule = chosen.get("bearers") or {}
    return {
        **fields,
        "link_rule": [rule.get("edge_type") or ""],
        "link_rule_of": [rule.get("of_id") or ""],
        "link_movement": [chosen.get("movement_id") or ""],
    }


def given_links(family: str, form: Typed, bodies: Bodies) -> dict[str, Any]:
    """As `Links` takes them. Raises BodyUnknown."""
    if family == "movements":
        return {"movement_id": said(form, "link_movement") or None}
    links: dict[str, Any] = {}
    for name, key, _ in LINKS.get(family, ()):
        ids = list(dict.fromkeys([*_typed(form, name, bodies), *_marked(form, name)]))
        links[key] = ids if key == "to_ids" else ids[0] if ids else None
        if key == "bearers":
            links[key] = {"organisation_ids": ids, **_rule(form, bodies)}
    return links


def _typed(form: Typed, name: str, bodies: Bodies) -> Iterable[str]:
    """What was written goes before what was chosen: who writes a name means it."""
    return [str(bodies.find(each)) for each in form.get(f"link_{name}_more", []) if each.strip()]


def _marked(form: Typed, name: str) -> Iterable[str]:
    return [each for each in form.get(f"link_{name}", []) if each]


def _rule(form: Typed, bodies: Bodies) -> dict[str, Any]:
    edge_type = said(form, "link_rule")
    if not edge_type:
        return {}
    other = said(form, "link_rule_of_more")
    return {"edge_type": edge_type, "of_id": str(bodies.find(other)) if other else said(form, "link_rule_of")}
