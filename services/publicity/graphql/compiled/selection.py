"""What a document selects, as a plain tree: fragments opened, fields of one name merged as the specification says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

Fragments = dict[str, FragmentDefinitionNode]


LONGEST_NAME = 63  # of a column; PostgreSQL cuts longer ones


class NotCompiled(Exception):
    """The executor must do it: nothing is wrong, only not simple."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A field: its name, what the answer calls it, and what is selected of it. `node` holds its arguments."""

    key: str
    name: str
    node: FieldNode
    inner: tuple[Selected, ...]


def only_operation(document: DocumentNode) -> OperationDefinitionNode:
    """The query that a document consists of. Raises NotCompiled."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY or operations[0].directives:
        raise NotCompiled
    return operations[0]


def selected(document: DocumentNode, operation: OperationDefinitionNode) -> tuple[Selected, ...]:
    """The fields of a validated query, in the order in which they are answered. Raises NotCompiled."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    return _merged([operation.selection_set], fragments)


def _merged(sets: Iterable[SelectionSetNode], fragments: Fragments) -> tuple[Selected, ...]:
    by_key: dict[str, list[FieldNode]] = {}
    for field in (field for one in sets for field in _fields(one, fragments)):
        by_key.setdefault(field.alias.value if field.alias else field.name.value, []).append(field)
    if any(len(key) > LONGEST_NAME for key in by_key):
        raise NotCompiled
    return tuple(
        Selected(key, nodes[0].name.value, nodes[0], _merged(_inside(nodes), fragments))
        for key, nodes in by_key.items()
    )


def _inside(nodes: Iterable[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _fields(selections: SelectionSetNode, fragments: Fragments) -> Iterator[FieldNode]:
    """Every type of this graph is concrete, so a fragment that passed validation always applies."""
    for one in selections.selections:
        if one.directives:
            raise NotCompiled
        if isinstance(one, FieldNode):
            yield one
        elif isinstance(one, FragmentSpreadNode):
            yield from _fields(fragments[one.name.value].selection_set, fragments)
        elif isinstance(one, InlineFragmentNode):
            yield from _fields(one.selection_set, fragments)
