"""Which errors are nobody's fault: database, broker or network is away, and the work is simply done again."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Connection, transaction state, rollback (deadlock, serialization), resources, operator intervention; lock not had.
CLASSES = ("08", "25", "40", "53", "57")
LOCK_NOT_AVAILABLE = "55P03"


def is_transient(error: BaseException) -> bool:
    """Judges the error and what it was raised from."""
    chain = list(_chain(error))
    # a value that PostgreSQL cannot take is somebody's fault, though asyncpg counts it among its own errors
    return not any(isinstance(here, asyncpg.DataError) for here in chain) and any(map(_is_transient, chain))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        yield here
        seen.add(id(here))
        here = getattr(here, "orig", None) or here.__cause__


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, (OSError, TimeoutError, PoolTimeout, InterfaceError)):
        return True
    if isinstance(error, (asyncpg.InterfaceError, asyncpg.InternalClientError)):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and (state[:2] in CLASSES or state == LOCK_NOT_AVAILABLE)
