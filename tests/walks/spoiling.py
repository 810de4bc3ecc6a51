"""Every way to spoil a body by its own OpenAPI schema: a field nobody knows, a wrong type, NUL, too much, no day."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

Schema = dict[str, Any]
NUMBER, OBJECT, TOO_MANY, TOO_LONG = 7, {"x": 1}, 6000, 60_000
WRONG: dict[str, list[Any]] = {
    "string": [NUMBER, True, OBJECT, ["x"], "a\x00b", "a" * TOO_LONG, "\ud800"],
    "integer": ["3", 3.5, True, OBJECT, 10**30, float("nan")],
    "boolean": ["yes", 1, 0, OBJECT],
    "array": ["x", OBJECT, NUMBER],
    "object": ["x", NUMBER, []],
}
BY_FORMAT: dict[str, list[Any]] = {
    "date": ["2026-02-30", "0", "1767225600", "2026-01-05T00:00:00", "0000-01-01"],
    "date-time": ["2026-02-30T00:00:00+07:00", "1767225600", "2026-01-05T00:00:00"],
    "uuid": ["khong-phai-ma"],
}


class Spoiled(NamedTuple):
    """A body with one thing wrong, and where."""

    what: str
    pointer: str
    body: Any


def spoiled(document: Schema, schema: Schema, body: Any) -> Iterator[Spoiled]:
    """Each with exactly one fault; `body` itself is never touched."""
    for steps, wrong in _faults(document, schema, body, ()):
        changed = copy.deepcopy(body)
        here = changed
        for step in steps[:-1]:
            here = here[step]
        here[steps[-1]] = wrong
        pointer = "/".join(["#", *map(str, steps)])
        yield Spoiled(f"{pointer} = {repr(wrong)[:30]}", pointer, changed)


def unfilled(document: Schema, schema: Schema, body: Any, at: str = "#") -> Iterator[str]:
    """Where the schema knows a field that the body does not have."""
    plain, _ = _plain(document, schema, body)
    if isinstance(body, dict):
        for name, part in plain.get("properties", {}).items():
            if name in body:
                yield from unfilled(document, part, body[name], f"{at}/{name}")
            else:
                yield f"{at}/{name}"
    elif isinstance(body, list) and body:
        yield from unfilled(document, plain["items"], body[0], f"{at}/0")


def _plain(document: Schema, schema: Schema, value: Any) -> tuple[Schema, bool]:
    """The schema without references and unions, and whether null is allowed."""
    if "$ref" in schema:
        found: Schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return _plain(document, found, value)
    if "anyOf" not in schema:
        return schema, False
    (other,) = [part for part in schema["anyOf"] if part.get("type") != "null"]
    return _plain(document, other, value)[0], True


def _faults(document: Schema, schema: Schema, value: Any, at: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    plain, nullable = _plain(document, schema, value)
    if at:
        kind = plain.get("type") or "string"
        wrong = WRONG[kind] + BY_FORMAT.get(plain.get("format", ""), [])
        wrong += [] if nullable else [None]
        wrong += ["khong-co-gia-tri-nay"] if "enum" in plain or "const" in plain else []
        wrong += [value * TOO_MANY] if kind == "array" and value else []
        yield from ((at, one) for one in wrong)
    if isinstance(value, dict):
        yield (*at, "khong_co_truong_nay"), "x"
        for name, part in plain.get("properties", {}).items():
            if name in value:
                yield from _faults(document, part, value[name], (*at, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _faults(document, plain["items"], one, (*at, place))
