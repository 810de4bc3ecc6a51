"""The whole matrix: who may do what with an endpoint, by role, kind of actor and place; generated from the actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import actions
from services.notifications.actions import Registration, Rules
from services.notifications.models import WebhookEndpoint
from services.notifications.workflow import EndpointState, State
from shared.auth import Actor, HeldOffice, Role
from shared.db import new_id
from shared.errors import AppError, NotAllowed, NotFound
from tests.notifications import factories as make

RULES = Rules(["key"], False)
WISH = Registration("https://toasoan.example.vn/moi", [], None)
PLACES = ("own", "above", "below", "other")


class Case(NamedTuple):
    """What an action works on."""

    session: AsyncSession
    actor: Actor
    endpoint: WebhookEndpoint
    delivery_id: UUID


async def _register(case: Case) -> Any:
    wish = WISH if case.endpoint.organisation_id is None else _for(case.endpoint.organisation_id)
    return await actions.register(case.session, case.actor, case.endpoint.id, wish, rules=RULES, version=1)


def _for(organisation_id: UUID) -> Registration:
    return Registration(WISH.url, [], organisation_id)


async def _paused_first(case: Case) -> Any:
    case.endpoint.state = EndpointState.PAUSED
    await case.session.flush()
    return await actions.resume_endpoint(case.session, case.actor, case.endpoint.id, version=1)


# Every action on endpoints, by its name; one without a line here fails `test_no_action_is_forgotten`.
ON_ENDPOINTS: dict[str, Callable[[Case], Awaitable[Any]]] = {
    "register": _register,
    "rotate_secret": lambda c: actions.rotate_secret(c.session, c.actor, c.endpoint.id, keys=["key"], version=1),
    "delete_endpoint": lambda c: actions.delete_endpoint(c.session, c.actor, c.endpoint.id, version=1),
    "pause_endpoint": lambda c: actions.pause_endpoint(c.session, c.actor, c.endpoint.id, version=1),
    "resume_endpoint": _paused_first,
    "disable_endpoint": lambda c: actions.disable_endpoint(c.session, c.actor, c.endpoint.id, version=1),
    "test_endpoint": lambda c: actions.test_endpoint(c.session, c.actor, c.endpoint.id),
    "retry": lambda c: actions.retry(c.session, c.actor, c.delivery_id),
}
# A person's own things: they take the actor's id and nobody else's, as test_actions shows for each.
ON_ONESELF = {"mark_read", "mark_all_read", "set_email", "confirm_email", "set_preferences"}
# Called by the house itself: by handlers, the sender and the clock.
BY_THE_HOUSE = {"tell", "forget_item", "claim", "mark", "disable_long_paused", "forget_delivered", "wake_forgotten"}


def test_no_action_is_forgotten() -> None:
    every = {name for name in actions.__all__ if name.islower()}

    assert every == {*ON_ENDPOINTS, *ON_ONESELF, *BY_THE_HOUSE}


async def _bodies(session: AsyncSession) -> dict[str, UUID]:
    above = await make.organisation(session)
    own = await make.organisation(session, above=above)
    below = await make.organisation(session, above=own)
    return {"own": own, "above": above, "below": below, "other": await make.organisation(session)}


async def _case(session: AsyncSession, actor: Actor, **endpoint: Any) -> Case:
    row = await make.endpoint(session, **endpoint)
    sent = await make.delivery(session, row, state=State.DEAD)
    return Case(session, actor, row, sent.id)


async def _refusal(deed: str, case: Case) -> type[AppError] | None:
    try:
        await ON_ENDPOINTS[deed](case)
    except AppError as error:
        return type(error)
    return None


@pytest.mark.parametrize(("deed", "role", "place"), list(product(ON_ENDPOINTS, Role, PLACES)))
async def test_a_person_by_office_and_place(deed: str, role: Role, place: str, session: AsyncSession) -> None:
    bodies = await _bodies(session)
    actor = Actor("person", new_id(), "Mai", (HeldOffice(bodies["own"], role),))
    case = await _case(session, actor, organisation_id=bodies[place])

    refusal = await _refusal(deed, case)

    allowed = role is Role.ADMINISTRATOR and place in {"own", "below"}
    assert refusal is (None if allowed else NotFound)


@pytest.mark.parametrize(("deed", "whose"), list(product(ON_ENDPOINTS, ("own", "foreign", "organisation"))))
@pytest.mark.parametrize("scope", ["publications", "other"])
async def test_a_system_by_scope(deed: str, whose: str, scope: str, session: AsyncSession) -> None:
    actor = Actor("system", new_id(), "Tòa soạn", scopes=frozenset({scope}))
    place = await make.organisation(session) if whose == "organisation" else None
    owner = new_id() if whose == "foreign" else actor.id
    case = await _case(session, actor, owner_id=owner, organisation_id=place)

    refusal = await _refusal(deed, case)

    assert refusal is (None if (whose, scope) == ("own", "publications") else NotFound)


@pytest.mark.parametrize(("role", "place"), list(product(Role, PLACES)))
async def test_registering_by_office_and_place(role: Role, place: str, session: AsyncSession) -> None:
    bodies = await _bodies(session)
    actor = Actor("person", new_id(), "Mai", (HeldOffice(bodies["own"], role),))

    async def register() -> object:
        return await actions.register(session, actor, new_id(), _for(bodies[place]), rules=RULES, version=None)

    if role is Role.ADMINISTRATOR and place in {"own", "below"}:
        await register()
        assert await make.count(session, WebhookEndpoint) == 1
    else:
        with pytest.raises(NotAllowed):
            await register()


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (Actor("system", new_id(), "Tòa soạn", scopes=frozenset({"publications"})), True),
        (Actor("system", new_id(), "Tòa soạn", scopes=frozenset({"other"})), False),
        (Actor("person", new_id(), "Mai"), False),
        (Actor("person", new_id(), "Mai", scopes=frozenset({"publications"})), False),
    ],
    ids=["system", "system without scope", "person", "person with scope"],
)
async def test_registering_for_itself(actor: Actor, allowed: bool, session: AsyncSession) -> None:
    async def register() -> object:
        return await actions.register(session, actor, new_id(), WISH, rules=RULES, version=None)

    if allowed:
        await register()
        assert await make.count(session, WebhookEndpoint) == 1
    else:
        with pytest.raises(NotAllowed):
            await register()
