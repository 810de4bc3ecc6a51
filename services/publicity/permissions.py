"""Who may: an editor of the organisation whose channels show the item; auditors read what was done below them."""

from __future__ import annotations

from services.publicity.models import Item
from services.publicity.workflow import State
from shared.auth import Actor, Role
from shared.errors import NotAllowed, NotFound


def _check_edits(actor: Actor, item: Item) -> None:
    if not actor.holds(Role.EDITOR, item.owner_id):
        # what nobody else can see does not exist for him
        raise NotAllowed if item.state is State.PUBLISHED else NotFound


def check_may_read_at_desk(actor: Actor, item: Item) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item)


def check_may_place(actor: Actor, item: Item) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item)


def check_may_draft(actor: Actor, item: Item) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item)


def check_may_correct(actor: Actor, item: Item) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item)


def check_may_withdraw(actor: Actor, item: Item) -> None:
    """Raises NotFound, NotAllowed."""
    _check_edits(actor, item)


def check_may_audit(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not actor.organisations(Role.AUDITOR):
        raise NotAllowed
