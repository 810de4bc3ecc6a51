"""Who may: each check takes the actor and the loaded nomination and raises.

What he may not see is NotFound.
"""

from __future__ import annotations

from uuid import UUID

from services.nominations.models import REVIEWING, Hold, Nomination, Station
from shared.auth import Actor, Role
from shared.errors import NotAllowed, NotFound


class OwnNomination(NotAllowed):
    """Nobody decides on himself, nor on what he drafted, amended or presented."""

    code = "own-nomination"


class ConflictDeclared(NotAllowed):
    """Who declared a conflict of interest does not decide."""

    code = "conflict-declared"


def nominates_for(actor: Actor, organisation_id: UUID) -> bool:
    """Whether he drafts and speaks for this unit."""
    return actor.holds(Role.NOMINATOR, organisation_id)


def reviews_at(actor: Actor, station: Station) -> bool:
    """Whether he takes up and returns there, also as the body it is sent through."""
    return actor.holds_any(REVIEWING, station.organisation_id) or actor.holds_any(REVIEWING, station.via_id)


def approves_at(actor: Actor, station: Station) -> bool:
    """Whether he decides there."""
    return actor.holds(Role.APPROVER, station.organisation_id)


def is_of_the_nomination(actor: Actor, nomination: Nomination) -> bool:
    """The unit's nominators, and reviewers and approvers of every station it reached, «qua» included."""
    if nominates_for(actor, nomination.organisation_id):
        return True
    return any(reviews_at(actor, station) for station in nomination.stations)


def check_may_read(actor: Actor, nomination: Nomination) -> None:
    """Raises NotFound."""
    if not is_of_the_nomination(actor, nomination):
        raise NotFound


def check_may_announce_file(actor: Actor) -> None:
    """Evidence, proofs and pictures come from those who nominate. Raises NotAllowed."""
    if not actor.organisations(Role.NOMINATOR):
        raise NotAllowed


def check_may_draft(actor: Actor, organisation_id: UUID) -> None:
    """Raises NotAllowed."""
    if not nominates_for(actor, organisation_id):
        raise NotAllowed(pointer="#/organisation_id")


def check_may_nominate(actor: Actor, nomination: Nomination) -> None:
    """Edit, delete, submit, resubmit, withdraw, record and withdraw consent, read the notice.

    Raises NotFound, NotAllowed.
    """
    check_may_read(actor, nomination)
    if not nominates_for(actor, nomination.organisation_id):
        raise NotAllowed


def check_may_review(actor: Actor, nomination: Nomination, station: Station) -> None:
    """Take up, remark, return. Raises NotFound, NotAllowed, OwnNomination, ConflictDeclared."""
    check_may_read(actor, nomination)
    if not reviews_at(actor, station):
        raise NotAllowed
    _check_disinterested(actor, nomination)


def check_may_decide(actor: Actor, nomination: Nomination, station: Station) -> None:
    """Approve, decline, revoke. Raises NotFound, NotAllowed, OwnNomination, ConflictDeclared."""
    check_may_read(actor, nomination)
    if not approves_at(actor, station):
        raise NotAllowed
    _check_disinterested(actor, nomination)


def check_may_hold(actor: Actor, nomination: Nomination) -> Station:
    """The highest station whose approver he is.

    Raises NotFound, NotAllowed, OwnNomination, ConflictDeclared.
    """
    check_may_read(actor, nomination)
    own = [station for station in nomination.stations if approves_at(actor, station)]
    if not own:
        raise NotAllowed
    _check_disinterested(actor, nomination)
    return own[-1]


def check_may_lift(actor: Actor, nomination: Nomination, hold: Hold) -> None:
    """Only the body that stopped publication lets it go on. Raises NotFound, NotAllowed, OwnNomination, …"""
    check_may_read(actor, nomination)
    if not actor.holds(Role.APPROVER, hold.organisation_id):
        raise NotAllowed
    _check_disinterested(actor, nomination)


def check_may_recuse(actor: Actor, nomination: Nomination) -> None:
    """A reviewer or approver of any of its stations, for himself. Raises NotFound, NotAllowed."""
    check_may_read(actor, nomination)
    if not any(reviews_at(actor, station) for station in nomination.stations):
        raise NotAllowed


def _check_disinterested(actor: Actor, nomination: Nomination) -> None:
    if str(actor.person_id) in {*nomination.author_ids, str(nomination.subject_person_id)}:
        raise OwnNomination
    if any(recusal.person_id == actor.person_id for recusal in nomination.recusals):
        raise ConflictDeclared
