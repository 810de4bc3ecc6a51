"""Who may do what: every role, every act, at the owner's organisation, at the one above, below, and at another."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions, permissions
from services.publicity.actions import Words
from services.publicity.models import Item
from services.publicity.workflow import Withdrawal
from shared.auth import Actor, Role
from shared.errors import AppError, NotAllowed, NotFound
from tests.publicity.factories import SITE, channel, editor, item, organisation

Act = Callable[[AsyncSession, Actor, Item, UUID], Awaitable[Any]]


async def prepare_draft(session: AsyncSession, found: Item) -> None:
    """A draft by the owner's own editor, where the act needs one."""
    await actions.save_draft(session, editor(found.owner_id), found.id, Words(title="Nháp"), version=found.version)


async def _place(session: AsyncSession, actor: Actor, found: Item, newspaper: UUID) -> None:
    await actions.place(session, actor, found.id, newspaper, version=found.version, site=SITE)


async def _save_draft(session: AsyncSession, actor: Actor, found: Item, _: UUID) -> None:
    await actions.save_draft(session, actor, found.id, Words(title="X"), version=found.version)


async def _discard_draft(session: AsyncSession, actor: Actor, found: Item, _: UUID) -> None:
    await prepare_draft(session, found)
    await actions.discard_draft(session, actor, found.id, version=found.version)


async def _publish_draft(session: AsyncSession, actor: Actor, found: Item, _: UUID) -> None:
    await prepare_draft(session, found)
    await actions.publish_draft(session, actor, found.id, "x", version=found.version, site=SITE)


async def _correct(session: AsyncSession, actor: Actor, found: Item, _: UUID) -> None:
    await actions.correct(session, actor, found.id, Words(title="X"), "x", version=found.version, site=SITE)


async def _withdraw(session: AsyncSession, actor: Actor, found: Item, _: UUID) -> None:
    await actions.withdraw(session, actor, found.id, Withdrawal.GONE, None, version=found.version, site=SITE)


ACTS: dict[str, Act] = {
    "place": _place,
    "save_draft": _save_draft,
    "discard_draft": _discard_draft,
    "publish_draft": _publish_draft,
    "correct": _correct,
    "withdraw": _withdraw,
}
PLACES = ("owner", "above", "below", "other")
ALLOWED = {(Role.EDITOR, "owner")}


def test_every_act_of_a_person_stands_in_the_matrix() -> None:
    by_people = {
        name
        for name in actions.__all__
        if inspect.iscoroutinefunction(act := getattr(actions, name)) and "actor" in inspect.signature(act).parameters
    }

    assert by_people == set(ACTS)


async def outcome(session: AsyncSession, role: Role, place: str, act: Act, *, published: bool) -> type[AppError] | None:
    """What becomes of the act: done, or the refusal."""
    above = await organisation(session, "Trên")
    owner = await organisation(session, "Đây", host=above)
    below = await organisation(session, "Dưới", host=owner)
    other = await organisation(session, "Khác")
    await channel(session, owner, release="automatic" if published else "editor")
    newspaper = await channel(session, owner, "newspaper", release="editor")
    found = await item(session, owner)
    here = {"owner": owner, "above": above, "below": below, "other": other}[place]
    try:
        await act(session, editor(here, role), found, newspaper)
    except AppError as refused:
        return type(refused)
    return None


@pytest.mark.parametrize(("role", "place", "act"), [*product(Role, PLACES, ACTS)])
async def test_acts_on_a_published_item(session: AsyncSession, role: Role, place: str, act: str) -> None:
    found = await outcome(session, role, place, ACTS[act], published=True)

    assert found == (None if (role, place) in ALLOWED else NotAllowed)


@pytest.mark.parametrize(("role", "place"), [*product(Role, PLACES)])
async def test_what_nobody_else_can_see_does_not_exist_for_others(
    session: AsyncSession, role: Role, place: str
) -> None:
    found = await outcome(session, role, place, _save_draft, published=False)

    assert found == (None if (role, place) in ALLOWED else NotFound)


@pytest.mark.parametrize(("role", "place"), [*product(Role, PLACES)])
async def test_reading_at_the_desk(session: AsyncSession, role: Role, place: str) -> None:
    async def read(_: AsyncSession, actor: Actor, found: Item, __: UUID) -> None:
        permissions.check_may_read_at_desk(actor, found, {found.owner_id})

    found = await outcome(session, role, place, read, published=True)

    assert found == (None if (role, place) in ALLOWED else NotAllowed)
