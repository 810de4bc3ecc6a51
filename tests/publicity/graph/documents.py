"""Documents for the portal graph, drawn from its schema: selections, aliases, fragments, arguments, variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type
from hypothesis import strategies as st

from services.publicity.graphql import schema

DEPTH = 4
TYPES = schema.types


def _type(name: str) -> GraphQLObjectType:
    found: GraphQLNamedType | None = TYPES.type_map.get(name)
    assert isinstance(found, GraphQLObjectType)
    return found


@st.composite
def selections(draw: st.DrawFn, type_name: str, depth: int = 0) -> str:
    """A selection set of a type: some of its fields, in any order, some under other names, some twice."""
    fields = _type(type_name).fields
    names = draw(st.lists(st.sampled_from([*fields, "__typename"]), min_size=1, max_size=6))
    told, used = [], dict[str, str]()
    for name in names:
        key = draw(st.sampled_from([name, name, name, f"{name}_2", "X"]))
        inner = ""
        if name != "__typename":
            of = get_named_type(fields[name].type)
            if isinstance(of, GraphQLObjectType):
                inner = draw(selections(of.name, depth + 1))
        if used.setdefault(key, name) != name:
            continue  # one name for two fields is refused before anybody executes it
        field = f"{key}: {name} {inner}" if key != name else f"{name} {inner}"
        wrapped = draw(st.sampled_from(["", "", "", f"... on {type_name} {{ {field} }}", f"... {{ {field} }}"]))
        told.append(wrapped or field)
    return f"{{ {' '.join(told) or '__typename'} }}"


@st.composite
def items_questions(draw: st.DrawFn, known: Mapping[str, Sequence[Any]]) -> tuple[str, dict[str, Any]]:
    """`items` with arguments and variables; `known` has values that some rows have."""
    values: dict[str, Any] = {
        "first": draw(st.integers(min_value=1, max_value=5)),
        "after": draw(st.sampled_from([None, *known["cursors"]])),
        "search": draw(
            st.sampled_from([None, "", "moi truong", "Môi trường tổ", "141/KH", "không có", *known["words"]])
        ),
        "filter": {
            name: draw(st.sampled_from([None, *known[name]]))
            for name in draw(st.lists(st.sampled_from(sorted(FILTERS)), max_size=3, unique=True))
        },
    }
    given = {name: values[name] for name in draw(st.lists(st.sampled_from(sorted(values)), unique=True))}
    declared = ", ".join(f"${name}: {VARIABLES[name]}" for name in given)
    arguments = ", ".join(f"{name}: ${name}" for name in given)
    head = f"query ({declared})" if given else "query"
    field = f"items({arguments})" if given else "items"
    return f"{head} {{ {field} {draw(selections('ItemConnection'))} }}", given


FILTERS = {"ownerId", "organisationId", "movementId", "subjectType", "kind", "field", "publishedFrom", "publishedTo"}
VARIABLES = {"first": "Int!", "after": "String", "search": "String", "filter": "ItemFilter"}


@st.composite
def item_questions(draw: st.DrawFn, ids: Sequence[UUID]) -> tuple[str, dict[str, Any]]:
    """`item` by an id, and the same once more under another name."""
    one, other = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
    first, second = draw(selections("Item")), draw(selections("Item"))
    return f'query Q($id: UUID!) {{ a: item(id: $id) {first} b: item(id: "{other}") {second} }}', {"id": str(one)}
