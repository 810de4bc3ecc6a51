"""A reading as the page shows it: leaves in groups, each with its lines, its bodies, and what it still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson

from services.plans.confirming.leaves import CRITERIA, SCALARS, family_of, place_of
from services.plans.pages import wording
from services.plans.pages.deadline_words import Fact
from services.plans.pages.linked import ROLES, Linked, entry_of, linked
from services.plans.pages.marking import Quote, dom_id, marked
from services.plans.schemas.readings.given import LABELS, LeafOut, ReadingOut

LETTERHEAD = tuple(name for name in SCALARS if name not in {"funding", "scoring"})
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {  # name in addresses: heading, families
    "obligations": ("Nhiệm vụ", ("obligations",)),
    "kept": ("Nhiệm vụ cũ văn bản mới không nhắc", ("kept",)),
    "rotation": ("Phân công luân phiên", ("rotation",)),
    "waves": ("Các đợt", ("waves",)),
    "letterhead": ("Thông tin văn bản", LETTERHEAD),
    "movements": ("Phong trào thi đua", ("movements",)),
    "channels": ("Kênh tuyên truyền", ("channels",)),
    "criteria": ("Tiêu chí", CRITERIA),
    "cited": ("Văn bản được dẫn", ("cited",)),
    "money": ("Kinh phí và chấm điểm", ("funding", "scoring")),
    "recipients": ("Nơi nhận", ("recipients",)),
}
AT_ONCE = 200  # leaves confirmed with one press


@dataclass(frozen=True)
class LeafView:
    """One leaf on the page."""

    leaf: LeafOut
    linked: Sequence[Linked]
    entry: str = ""  # of the catalogue, where it is a movement

    @property
    def key(self) -> str:
        """As everywhere."""
        return self.leaf.key

    @property
    def family(self) -> str:
        """The list it stands in, or its own name."""
        return family_of(self.key)

    @property
    def id(self) -> str:
        """As part of ids on the page."""
        return dom_id(self.key)

    @cached_property
    def label(self) -> str:
        """«Nhiệm vụ 2»."""
        alone = self.family in SCALARS or self.family == "kept"
        return self.leaf.label if alone else f"{self.leaf.label} {place_of(self.key) + 1}"

    @cached_property
    def facts(self) -> list[Fact]:
        """What it says; what was read where nothing usable was."""
        value = self.leaf.value
        return wording.facts(self.family, value) if value is not None else [Fact("", "máy chưa đọc đủ, cần sửa")]

    def is_quote(self, fact: Fact) -> bool:
        """Whether these are the very words of the document."""
        return self.leaf.read is not None and self.leaf.read.quote == fact.text

    @property
    def shows_quote(self) -> bool:
        """Whether the words of the document stand beside what was read, being others."""
        read = self.leaf.read
        return read is not None and bool(read.quote) and not any(map(self.is_quote, self.facts))

    @property
    def nobody_named(self) -> bool:
        """An obligation whose sentence leaves open who it is for, and for which nobody is proposed."""
        return self.family == "obligations" and not any(link.label == ROLES["bearers"] for link in self.linked)

    @property
    def then(self) -> str:
        """What the receiver does next."""
        return wording.then(self.leaf.value.get("then")) if self.family == "obligations" and self.leaf.value else ""

    @property
    def read_line(self) -> str:
        """What the machine read, on one line."""
        read = self.leaf.read
        return wording.one_line(self.family, _whole(self.family, read.value)) if read else ""

    @property
    def machine(self) -> str:
        """The same, where a person changed it."""
        read = self.leaf.read
        changed = self.leaf.standing == "corrected" and read is not None and read.value != self.leaf.value
        return self.read_line if changed else ""

    @property
    def missing(self) -> list[str]:
        """Roles whose words are linked to nobody."""
        return [each.label for each in self.linked if each.missing]

    @property
    def waiting(self) -> bool:
        """Whether nobody has decided."""
        return self.leaf.standing == "proposed"

    @property
    def complete(self) -> bool:
        """Whether it can be confirmed as it stands, unseen among others."""
        return self.waiting and self.leaf.value is not None and not self.missing

    @property
    def payload(self) -> str:
        """Exactly what a person sees when he confirms: the leaf and the bodies shown with it."""
        links = self.leaf.proposed_links or self.leaf.links
        return orjson.dumps({"key": self.key, "links": links.model_dump(mode="json", exclude_defaults=True)}).decode()


def _whole(family: str, value: Any) -> Any:
    """A wave without a start was read all the same."""
    return value if family != "waves" or value.get("start") else {**value, "start": "…"}


@dataclass(frozen=True)
class Group:
    """The leaves of one kind, under one heading."""

    name: str
    heading: str
    leaves: Sequence[LeafView]
    more: Mapping[str, str]  # leaves that could be added, by key, with what they are

    @property
    def waiting(self) -> int:
        """How many nobody has decided on."""
        return sum(leaf.waiting for leaf in self.leaves)

    @property
    def complete(self) -> list[LeafView]:
        """Those that may be confirmed together."""
        return [leaf for leaf in self.leaves if leaf.complete][:AT_ONCE]


@dataclass(frozen=True)
class Page:
    """The whole reading."""

    out: ReadingOut
    groups: Sequence[Group]
    movements: Mapping[UUID, str]  # entries that leaves are linked to

    @property
    def text(self) -> str:
        """The document, with its quotes marked."""
        read = [(leaf.key, leaf.read) for leaf in self.out.leaves if leaf.read]
        quotes = [Quote(key, found.start, found.end) for key, found in read]
        return marked(self.out.text, quotes, {leaf.key: leaf.standing for leaf in self.out.leaves})

    @property
    def title(self) -> str:
        """The plan's, as it now stands."""
        found = self.leaf("title")
        return str(found.leaf.value) if found and found.leaf.value else "Văn bản chưa có trích yếu"

    def leaf(self, key: str) -> LeafView | None:
        """The one with this key."""
        return next((leaf for group in self.groups for leaf in group.leaves if leaf.key == key), None)

    def group_of(self, key: str) -> Group:
        """Where it stands, or would stand."""
        return next(group for group in self.groups if family_of(key) in GROUPS[group.name][1])


def page_of(out: ReadingOut, movements: Mapping[UUID, str]) -> Page:
    """In the order in which a person decides: what binds first."""
    views: dict[str, list[LeafView]] = {}
    for leaf in out.leaves:
        family = family_of(leaf.key)
        entry = entry_of(leaf, movements) if family == "movements" else ""
        views.setdefault(family, []).append(LeafView(leaf, list(linked(leaf, out)), entry))
    return Page(out, [_group(name, views) for name in GROUPS], movements)


def _group(name: str, views: Mapping[str, list[LeafView]]) -> Group:
    heading, families = GROUPS[name]
    leaves = [leaf for family in families for leaf in views.get(family, [])]
    return Group(name, heading, leaves, dict(_more(families, views)))


def _more(families: Iterable[str], views: Mapping[str, list[LeafView]]) -> Iterator[tuple[str, str]]:
    for family in families:
        there = views.get(family, [])
        if family in SCALARS:
            if not there:
                yield family, LABELS[family].lower()
        elif family != "kept":
            place = max((place_of(leaf.key) + 1 for leaf in there), default=0)
            yield f"{family}/{place}", LABELS[family].lower()
