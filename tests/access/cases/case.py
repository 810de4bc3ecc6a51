"""How a row of the table is asked: the ids in its path, its body, and what its answer must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.access.scene import Ids

Body = Callable[[Ids], Any]
FOUND = frozenset({200, 201, 202, 204, 302, 303})
# what is let in and then finds that nothing needs doing is let in
LET_IN = FOUND | {404, 409, 422}
FILE = {"name": "a.pdf", "media_type": "application/pdf", "size_bytes": 9, "sha256": "0" * 64}
NEW = {"id": "new"}


@dataclass(frozen=True)
class Case:
    """`path`: which id of the scene stands for each name in the path; `new` is an id that nothing has."""

    path: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    query: str = ""
    shows: str | None = None  # the answer names this id of the scene
    version_at: tuple[str, str] | None = None  # who reads where, to know the version; ids of the scene in braces
    before: Sequence[tuple[str, str, str, Any]] = ()  # who, method, path, body: done first, and undone with the rest
    done: frozenset[int] = FOUND
    form: bool = False


def always(value: Any) -> Body:
    """The same whatever the scene."""
    return lambda _: value


def frame(service: str, shows: str) -> dict[str, Case]:
    """What every service has; its audit `shows` this."""
    retry = f"{service} POST /v1/parked/{{producer}}/{{aggregate_id}}/retry"
    return {
        f"{service} GET /v1/me": Case(),
        f"{service} GET /v1/audit": Case(query="?limit=100", shows=shows),
        f"{service} GET /v1/parked": Case(),
        retry: Case({"producer": "=plans", "aggregate_id": "new"}, done=frozenset({404})),
    }


def tickets(service: str) -> dict[str, Case]:
    """Files by a link, and by a form, for who has them."""
    return {
        f"{service} GET /files/{{ticket}} by its link": Case({"ticket": f"{service}_link"}),
        f"{service} POST /files/{{ticket}} by its form": Case({"ticket": f"{service}_form"}, form=True),
    }
