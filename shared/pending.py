"""What a session would flush, where plain statements can say it: complete new rows, and changed columns of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, inspect
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached, object_mapper
from sqlalchemy.orm.attributes import set_committed_value

MOST = 24  # rows; more are written in bulk by the ORM


class Change(NamedTuple):
    """Columns of one row that got other values."""

    row: DeclarativeBase
    values: Mapping[str, Any]


class Pending(NamedTuple):
    """All of it."""

    new: Sequence[DeclarativeBase]
    changed: Sequence[Change]


def pending(session: Session) -> Pending | None:
    """None where only the ORM knows: rows to delete, defaults, links between rows, expressions, or very many rows."""
    new, dirty = list(session.new), list(session.dirty)
    if session.deleted or len(new) + len(dirty) > MOST or not all(map(_is_complete, new)):
        return None
    changed = []
    for row in dirty:
        values = _changed(row)
        if values is None:
            return None
        if values:
            changed.append(Change(row, values))
    return Pending(new, changed)


def written(session: Session, done: Pending) -> None:
    """It is in the database now: the session has these rows as if it had flushed them.

    Without those that the database numbers: nobody has been told their keys.
    """
    for row in done.new:
        if row in session:
            session.expunge(row)
    known = [row for row in done.new if all(column.identity is None for column in object_mapper(row).primary_key)]
    for row in known:
        make_transient_to_detached(row)
    session.add_all(known)
    for row in session.dirty:
        for name in list(inspect(row).committed_state):
            value = vars(row)[name]
            set_committed_value(row, name, list(value) if name in inspect(type(row)).relationships else value)


def _is_complete(row: DeclarativeBase) -> bool:
    """Every column has its value; those it may go without are said to have none, unless the table would fill them."""
    given = vars(row)
    for column in object_mapper(row).columns:
        fills_itself = column.default is not None or column.server_default is not None
        if column.key not in given and column.identity is None and (fills_itself or not column.nullable):
            return False
        if isinstance(given.get(column.key), ColumnElement):
            return False
    return True


def _changed(row: DeclarativeBase) -> dict[str, Any] | None:
    """By column; None if more changed than columns."""
    state, values = inspect(row), dict[str, Any]()
    columns = object_mapper(row).columns
    for name in state.committed_state:
        history = state.attrs[name].history
        if name not in columns:
            if history.deleted:
                return None  # a part that was let go: what becomes of it is the relationship's to say
        elif history.has_changes():
            values[name] = vars(row)[name]
    key = {column.key for column in object_mapper(row).primary_key}
    simple = key.isdisjoint(values) and not any(isinstance(value, ColumnElement) for value in values.values())
    return values if simple else None
