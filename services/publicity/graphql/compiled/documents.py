"""The documents the lane has seen: the second time one comes it is validated as ever and compiled, once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import get_argument_values, get_variable_values

from services.publicity.graphql.compiled.answering import Question, Unanswered, question
from services.publicity.graphql.compiled.selection import NotCompiled, Selected, only_operation, selected
from shared.graphql import Schema

KEPT = 512

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A root field: what the answer calls it, what it asks, and its arguments where no variable is in them."""

    chosen: Selected
    question: Question
    fixed: Arguments | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A document with nothing left to find out about it but its variables."""

    schema: GraphQLSchema
    type: GraphQLObjectType
    operation: OperationDefinitionNode
    fields: Sequence[Field]

    def asked(self, name: object, variables: Mapping[str, Any]) -> list[tuple[Field, Arguments]]:
        """The arguments of each field. Raises Unanswered where the executor has something to say about them."""
        if name is not None and (self.operation.name is None or self.operation.name.value != name):
            raise Unanswered
        if all(field.fixed is not None for field in self.fields):
            return [(field, field.fixed or {}) for field in self.fields]
        given = get_variable_values(self.schema, self.operation.variable_definitions or (), dict(variables))
        if isinstance(given, list):
            raise Unanswered
        try:
            return [
                (field, get_argument_values(self.type.fields[field.chosen.name], field.chosen.node, given))
                for field in self.fields
            ]
        except GraphQLError as error:
            raise Unanswered from error


class Documents:
    """Bounded. `None` is kept for what came once, and for what is the executor's for ever."""

    def __init__(self, schema: Schema, most: int = KEPT) -> None:
        self._schema, self._most = schema, most
        self._once: OrderedDict[str, None] = OrderedDict()
        self._known: OrderedDict[str, Compiled | None] = OrderedDict()

    @property
    def kept(self) -> int:
        """How many texts are in memory."""
        return len(self._once) + len(self._known)

    def find(self, text: str) -> Compiled | None:
        """How to answer it; None: ask the executor."""
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        if text not in self._once:
            self._keep(self._once, text, None)
            return None
        del self._once[text]
        try:
            found = self._compile(text)
        except (GraphQLError, NotCompiled):
            found = None
        self._keep(self._known, text, found)
        return found

    def _compile(self, text: str) -> Compiled:
        document, schema = self._schema.checked(text), self._schema.types
        operation, type = only_operation(document), schema.query_type
        assert type is not None
        chosen = selected(document, operation)
        if operation.variable_definitions:
            fields = [Field(one, question(one), None) for one in chosen]
        else:
            fields = [Field(one, question(one), get_argument_values(type.fields[one.name], one.node)) for one in chosen]
        return Compiled(schema, type, operation, fields)

    def _keep(self, kept: OrderedDict[str, Any], text: str, value: Any) -> None:
        kept[text] = value
        if len(kept) > self._most:
            kept.popitem(last=False)
