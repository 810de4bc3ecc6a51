"""Who may: an editor of the organisation whose channels show the item.

`keepers` are the item's owner and, when that body has ended, the one that took over.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from services.publicity.models import Item
from services.publicity.workflow import State
from shared.auth import Actor, Role
from shared.errors import NotAllowed, NotFound


def _check_edits(actor: Actor, item: Item, keepers: Collection[UUID]) -> None:
    if not any(actor.holds(Role.EDITOR, keeper) for keeper in keepers):
        # what nobody else can see does not exist for him
        raise NotAllowed if item.state is State.PUBLISHED else NotFound


def check_may_read_at_desk(actor: Actor, item: Item, keepers: Collection[UUID]) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item, keepers)


def check_may_place(actor: Actor, item: Item, keepers: Collection[UUID]) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item, keepers)


def check_may_draft(actor: Actor, item: Item, keepers: Collection[UUID]) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item, keepers)


def check_may_correct(actor: Actor, item: Item, keepers: Collection[UUID]) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item, keepers)


def check_may_withdraw(actor: Actor, item: Item, keepers: Collection[UUID]) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item, keepers)
