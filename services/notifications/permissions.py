"""Who may: messages and contact points are a person's own; endpoints are their administrators' or their system's."""

from __future__ import annotations

from uuid import UUID

from services.notifications.models import WebhookEndpoint
from shared.auth import Actor
from shared.errors import NotAllowed, NotFound

PUBLICATIONS = "publications"


def check_may_register(actor: Actor, organisation_id: UUID | None, administered: frozenset[UUID]) -> None:
    """An administrator for a body at or below his; a system with the scope, for itself. Raises NotAllowed."""
    if organisation_id is None:
        if actor.kind != "system" or PUBLICATIONS not in actor.scopes:
            raise NotAllowed
    elif organisation_id not in administered:
        raise NotAllowed


def may_manage(actor: Actor, endpoint: WebhookEndpoint, administered: frozenset[UUID]) -> bool:
    """Whether the endpoint is his to read and change."""
    if endpoint.organisation_id is not None:
        return endpoint.organisation_id in administered
    return endpoint.owner_id == actor.person_id and PUBLICATIONS in actor.scopes


def check_may_manage(actor: Actor, endpoint: WebhookEndpoint, administered: frozenset[UUID]) -> None:
    """Somebody else's endpoint is not there for him. Raises NotFound."""
    if not may_manage(actor, endpoint, administered):
        raise NotFound


def check_is_person(actor: Actor) -> None:
    """Only people have contact points and preferences. Raises NotAllowed."""
    if actor.kind != "person":
        raise NotAllowed
