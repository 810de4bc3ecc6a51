"""Documents made to cost much: refused in a moment, by both graphs, and never with more than the sentence."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from services.notifications import graphql as messages
from services.publicity import graphql as portal
from shared.graphql import Schema

WORDS = " ".join
BOMBS: dict[str, Callable[[], str]] = {
    "aliases": lambda: "{ " + WORDS(f"a{n}: __typename" for n in range(31)) + " }",
    "aliases behind a fragment": lambda: (
        "{ ...a ...a } fragment a on Query { " + WORDS(f"a{n}: __typename" for n in range(16)) + " }"
    ),
    "directives": lambda: "{ __typename " + WORDS(["@include(if: true)"] * 500) + " }",
    "many directives nobody knows": lambda: "{ __typename " + WORDS(f"@d{n}" for n in range(1500)) + " }",
    "fragments that double": lambda: (
        "{ ...f0 } "
        + WORDS(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(100))
        + " fragment f100 on Query { "
        + WORDS(f"a{n}: __typename" for n in range(5))
        + " }"
    ),
    "a fragment in itself": lambda: "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    "deep objects": lambda: "{ a" + "{ a" * 400 + "}" * 401,
    "deep lists": lambda: "{ __typename(x: " + "[" * 900 + "]" * 900 + ") }",
    "one name many times, each in another way": lambda: (
        "{ " + WORDS(f'__type(name: "{n}") {{ name }}' for n in range(200)) + " }"
    ),
    "variables": lambda: "query(" + WORDS(f"$v{n}: Int" for n in range(900)) + ") { __typename }",
    "operations": lambda: WORDS(f"query q{n} {{ __typename }}" for n in range(600)),
    "a deep question about the schema": lambda: (
        "{ __schema { types " + "{ fields { type " * 20 + "{ name }" + "} }" * 20 + " } }"
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("schema", [portal.schema, messages.schema], ids=["portal", "messages"])
async def test_a_bomb_is_refused_in_a_moment(schema: Schema, bomb: str) -> None:
    began = time.process_time()

    result = await schema.execute(BOMBS[bomb]())

    assert (result.data, bool(result.errors)) == (None, True)
    assert time.process_time() - began < 1.5
    assert not any(word in str(result.errors) for word in ("Traceback", ".py", "recursion"))
