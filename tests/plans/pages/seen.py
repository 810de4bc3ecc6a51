"""A page as its reader meets it: elements by id and tag, forms with their fields, words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from orjson import loads

Attributes = dict[str, str | None]


@dataclass
class Form:
    """One form: where it goes, and every field with its value."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def sent(self, **changes: str) -> dict[str, list[str]]:
        """What a browser would send, with these fields typed anew."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return found | {name: [value] for name, value in changes.items()}


class Seen(HTMLParser):
    """Everything on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.words = ""
        self.forms: list[Form] = []
        self._inside: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._select_is_new = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element, and what a form would send."""
        said = dict(attrs)
        self.elements.append((tag, said))
        if tag == "form":
            self._inside = Form(said.get("action") or "")
            self.forms.append(self._inside)
        if self._inside is None:
            return
        kind, name = said.get("type"), said.get("name") or self._select
        unmarked = kind in {"checkbox", "radio"} and "checked" not in said
        if tag == "input" and name and kind != "file" and not unmarked:
            self._inside.fields.append((name, said.get("value") or ""))
        if tag == "textarea" and name:
            self._inside.fields.append((name, ""))
            self._area = name
        if tag == "select":
            self._select, self._select_is_new = said.get("name"), True
            self._inside.fields.append((said.get("name") or "", ""))
        if tag == "option" and (self._select_is_new or "selected" in said):  # without a mark the first is chosen
            self._inside.fields[-1] = (self._inside.fields[-1][0], said.get("value") or "")
            self._select_is_new = False

    def handle_endtag(self, tag: str) -> None:
        """Leaves a form, a field."""
        if tag == "form":
            self._inside = None
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """Notes words, and what stands in a field of several lines."""
        self.words += data
        if self._area and self._inside:
            self._inside.fields[-1] = (self._area, data)

    def all(self, tag: str) -> list[Attributes]:
        """The attributes of every such element."""
        return [said for name, said in self.elements if name == tag]

    def leaf(self, key: str) -> Attributes:
        """The element of a leaf."""
        return next(said for said in self.all("article") if said.get("data-key") == key)

    def form(self, ending: str, holding: str = "") -> Form:
        """The first form that goes there and sends this."""
        return next(
            form
            for form in self.forms
            if form.action.endswith(ending) and (not holding or any(holding in value for _, value in form.fields))
        )

    def sends(self, form: Form, keys: list[str]) -> bool:
        """Whether this form decides on at least one of these leaves, and on no other."""
        named = [loads(value)["key"] for name, value in form.fields if name == "leaf"]
        return bool(named) and set(named) <= set(keys)
