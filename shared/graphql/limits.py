"""How much one GraphQL document may ask for: tokens, depth, aliases, and cost (rows times fields)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

from shared.paging import MAX_LIMIT

MAX_TOKENS = 2_000
MAX_DEPTH = 15  # the introspection query of common clients needs all of it
MAX_ALIASES = 30
MAX_COST = 50_000


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection asks for at most."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0


class Limits(ValidationRule):
    """Refuses documents beyond the limits. Each fragment is measured once: nested ones cannot explode."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, Measure] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Measures one operation."""
        found = self._measure(node.selection_set)
        for what, is_so, allowed in (
            ("depth", found.depth, MAX_DEPTH),
            ("aliases", found.aliases, MAX_ALIASES),
            ("cost", found.cost, MAX_COST),
        ):
            if is_so > allowed:
                said = f"The operation's {what} is {is_so}; allowed: {allowed}."
                self.report_error(GraphQLError(said, node))

    def _measure(self, selections: SelectionSetNode | None) -> Measure:
        depth = aliases = cost = 0
        for selection in selections.selections if selections else ():
            found = self._selection(selection)
            depth, aliases, cost = max(depth, found.depth), aliases + found.aliases, cost + found.cost
        return Measure(depth, aliases, cost)

    def _selection(self, selection: Any) -> Measure:
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value)
        inner = self._measure(selection.selection_set)
        if not isinstance(selection, FieldNode):
            return inner
        alias = 1 if selection.alias else 0
        return Measure(inner.depth + 1, inner.aliases + alias, 1 + inner.cost * _rows(selection))

    def _fragment(self, name: str) -> Measure:
        if name not in self._fragments:
            self._fragments[name] = Measure()  # a cycle ends here; another rule reports it
            fragment = self.context.get_fragment(name)
            if fragment is not None:
                self._fragments[name] = self._measure(fragment.selection_set)
        return self._fragments[name]


def _rows(field: FieldNode) -> int:
    """How many rows `first` asks for; a variable counts as a full page, because validation is cached."""
    for argument in field.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            return max(1, int(value.value)) if isinstance(value, IntValueNode) else MAX_LIMIT
    return 1
