"""The numbers Word writes by itself («I.», «1.», «a)», «-»): they are part of what a reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, fromstring

_ROMAN = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def _local(element: Element, name: str) -> Element | None:
    return next((child for child in element if child.tag.rpartition("}")[2] == name), None)


def _all(element: Element, name: str) -> list[Element]:
    return [child for child in element if child.tag.rpartition("}")[2] == name]


def _attribute(element: Element | None, name: str) -> str:
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


@dataclass
class _Level:
    kind: str
    shape: str
    first: int


@dataclass
class Numbering:
    """The lists of one document, and how far each has counted."""

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    counted: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, xml: bytes) -> Numbering:
        """From `word/numbering.xml`."""
        root = fromstring(xml)  # noqa: S314 - the document type, and with it entities, was refused before
        shapes = {
            _attribute(abstract, "abstractNumId"): {
                int(_attribute(level, "ilvl") or 0): _Level(
                    _attribute(_local(level, "numFmt"), "val"),
                    _attribute(_local(level, "lvlText"), "val"),
                    int(_attribute(_local(level, "start"), "val") or 1),
                )
                for level in _all(abstract, "lvl")
            }
            for abstract in _all(root, "abstractNum")
        }
        lists = {
            _attribute(each, "numId"): shapes.get(_attribute(_local(each, "abstractNumId"), "val"), {})
            for each in _all(root, "num")
        }
        return cls(lists)

    def label(self, number: str, level: int) -> str:
        """The next label of a list at a level; deeper levels begin anew."""
        levels = self.lists.get(number, {})
        shape = levels.get(level)
        if shape is None or number == "0":
            return ""
        if shape.kind == "bullet":
            return "-"
        counts = self.counted.setdefault(number, {})
        counts[level] = counts.get(level, shape.first - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        return re.sub(r"%(\d)", lambda m: self._written(levels, counts, int(m[1]) - 1), shape.shape)

    @staticmethod
    def _written(levels: dict[int, _Level], counts: dict[int, int], level: int) -> str:
        shape = levels.get(level)
        count = counts.get(level, shape.first if shape else 1)
        match shape.kind if shape else "decimal":
            case "upperRoman":
                return _roman(count)
            case "lowerRoman":
                return _roman(count).lower()
            case "lowerLetter":
                return chr(ord("a") + (count - 1) % 26)
            case "upperLetter":
                return chr(ord("A") + (count - 1) % 26)
            case "decimalZero":
                return f"{count:02d}"
            case _:
                return str(count)


def _roman(count: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        while count >= value and len(written) < 8:
            written, count = written + sign, count - value
    return written
