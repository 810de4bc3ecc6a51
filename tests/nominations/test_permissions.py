"""The whole matrix: every action, every role, at every body that could be meant. A new action needs a rule here."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions, permissions, queries
from services.nominations.models import Nomination
from shared.auth import Actor, Role
from shared.errors import AppError, NotFound
from shared.events.plans import ObligationPart
from tests.nominations.factories import (
    Ladder,
    approved,
    consent,
    consented,
    content,
    drafted,
    in_review,
    ladder,
    organisation,
    person,
    returned,
    submitted,
)
from tests.nominations.test_present import issued

PLACES = ("unit", "station", "via", "above", "other")
Grants = set[tuple[Role, str]]
UNIT: Grants = {(Role.NOMINATOR, "unit")}
DECIDE: Grants = {(Role.APPROVER, "station")}
REVIEW: Grants = DECIDE | {(Role.REVIEWER, "station"), (Role.REVIEWER, "via"), (Role.APPROVER, "via")}
READ = UNIT | REVIEW

Make = Callable[..., Awaitable[Nomination]]
Act = Callable[[AsyncSession, Actor, Nomination, Ladder], Awaitable[Any]]
Begin = Callable[[AsyncSession, Actor, Ladder], Awaitable[Any]]


async def concluded(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    return await approved(session, bodies, recommend=False, **changes)


async def with_consent(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    return await consented(session, bodies, await concluded(session, bodies, **changes), "portal")


async def held(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    nomination = await concluded(session, bodies, **changes)
    return await actions.place_hold(session, bodies.approver, nomination.id, "Xác minh.")


RULES: dict[str, tuple[Grants, Make, Act]] = {
    "put_draft": (
        UNIT,
        drafted,
        lambda s, a, n, b: actions.put_draft(s, a, n.id, content(b, title="Khác"), version=n.version),
    ),
    "amend": (UNIT, returned, lambda s, a, n, b: actions.amend(s, a, n.id, {"body": "A"}, version=n.version)),
    "delete_draft": (UNIT, drafted, lambda s, a, n, b: actions.delete_draft(s, a, n.id, version=n.version)),
    "submit": (UNIT, drafted, lambda s, a, n, b: actions.submit(s, a, n.id, version=n.version)),
    "resubmit": (UNIT, returned, lambda s, a, n, b: actions.resubmit(s, a, n.id, version=n.version)),
    "withdraw": (UNIT, submitted, lambda s, a, n, b: actions.withdraw(s, a, n.id, version=n.version)),
    "record_consent": (
        UNIT,
        submitted,
        lambda s, a, n, b: actions.record_consent(s, a, n.id, consent("portal")),
    ),
    "withdraw_consent": (
        UNIT,
        with_consent,
        lambda s, a, n, b: actions.withdraw_consent(s, a, n.id, n.consents[0].id),
    ),
    "renew_notices": (UNIT, with_consent, lambda s, a, n, b: actions.renew_notices(s, a, n.id)),
    "take_up": (REVIEW, submitted, lambda s, a, n, b: actions.take_up(s, a, n.id, version=n.version)),
    "return_to_unit": (
        REVIEW,
        in_review,
        lambda s, a, n, b: actions.return_to_unit(s, a, n.id, [("title", "Sửa.")], version=n.version),
    ),
    "recuse": (REVIEW, in_review, lambda s, a, n, b: actions.recuse(s, a, n.id, "Họ hàng.")),
    "approve": (
        DECIDE,
        in_review,
        lambda s, a, n, b: actions.approve(s, a, n.id, version=n.version, recommend=True),
    ),
    "decline": (DECIDE, in_review, lambda s, a, n, b: actions.decline(s, a, n.id, "Chưa.", version=n.version)),
    "revoke": (
        DECIDE,
        concluded,
        lambda s, a, n, b: actions.revoke(s, a, n.id, n.stations[0].id, reason="Sai.", version=n.version),
    ),
    "place_hold": (DECIDE, concluded, lambda s, a, n, b: actions.place_hold(s, a, n.id, "Có đơn.")),
    "lift_hold": (DECIDE, held, lambda s, a, n, b: actions.lift_hold(s, a, n.id, n.holds[0].id)),
}


BEGINNING: dict[str, Begin] = {
    "put_draft": lambda s, a, b: actions.put_draft(s, a, uuid4(), content(b), version=None),
    "begin_draft": lambda s, a, b: actions.begin_draft(s, a, content(b)),
}


def test_every_action_of_a_person_has_a_rule() -> None:
    of_persons = {
        name
        for name in actions.__all__
        if inspect.iscoroutinefunction(action := getattr(actions, name))
        and "actor" in inspect.signature(action).parameters
    }

    assert of_persons == RULES.keys() | BEGINNING.keys()


async def _places(session: AsyncSession) -> tuple[Ladder, dict[str, UUID], dict[str, Any]]:
    """The bodies by what they are to the nomination, and the obligation that sends it through `via`."""
    bodies = await ladder(session)
    via = await organisation(session, "Qua Phòng Nội vụ")
    other = await organisation(session, "Cơ quan khác", above=bodies.second)
    part = ObligationPart(obligation_id=uuid4(), label="Giới thiệu", kind="nominate", to_ids=[bodies.first], via_id=via)
    plan_id = uuid4()
    await actions.keep_plan(session, issued(bodies, plan_id, part))
    places = {
        "unit": bodies.unit,
        "station": bodies.first,
        "via": via,
        "above": bodies.second,
        "other": other,
    }
    return bodies, places, {"plan_id": plan_id, "obligation_id": part.obligation_id, "period_key": "once"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("action", RULES)
async def test_who_may(session: AsyncSession, action: str, place: str) -> None:
    granted, make, act = RULES[action]
    bodies, places, obligation = await _places(session)
    nomination = await make(session, bodies, **obligation)
    nomination_id = nomination.id
    await session.flush()

    outcomes = {}
    for role in Role:
        session.expunge_all()
        fresh = await queries.nomination_whole(session, nomination_id)
        savepoint = await session.begin_nested()
        try:
            await act(session, person("Ai đó", (role, places[place])), fresh, bodies)
            outcomes[role] = "done"
        except AppError as refused:
            outcomes[role] = refused.code
        await savepoint.rollback()

    reached = bool(nomination.stations)
    for role, outcome in outcomes.items():
        sees = (role, place) in (READ if reached else UNIT)
        expected = "done" if (role, place) in granted else "not-allowed" if sees else "not-found"
        assert (role, outcome) == (role, expected)


@pytest.mark.parametrize("begin", BEGINNING)
@pytest.mark.parametrize("place", PLACES)
async def test_who_may_create(session: AsyncSession, place: str, begin: str) -> None:
    bodies, places, _ = await _places(session)
    outcomes = {}

    for role in Role:
        actor = person("Ai đó", (role, places[place]))
        savepoint = await session.begin_nested()
        try:
            await BEGINNING[begin](session, actor, bodies)
            outcomes[role] = "done"
        except AppError as refused:
            outcomes[role] = refused.code
        await savepoint.rollback()

    assert outcomes == {role: "done" if (role, place) in UNIT else "not-allowed" for role in Role}


@pytest.mark.parametrize("place", PLACES)
async def test_who_may_read(session: AsyncSession, place: str) -> None:
    bodies, places, obligation = await _places(session)
    nomination = await submitted(session, bodies, **obligation)
    readers = set()

    for role in Role:
        actor = person("Ai đó", (role, places[place]))
        listed = await queries.nominations_page(session, actor, "organisation", after=None, limit=10)
        try:
            permissions.check_may_read(actor, nomination)
            readers.add(role)
        except NotFound:
            assert listed.rows == []
            continue
        assert [row.id for row in listed.rows] == [nomination.id]

    assert readers == {role for role, where in READ if where == place}


async def test_somebody_without_office_sees_and_does_nothing(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)
    nobody = person("Không chức trách")

    with pytest.raises(NotFound):
        permissions.check_may_read(nobody, nomination)
    for view in ("mine", "waiting", "organisation"):
        page = await queries.nominations_page(session, nobody, view, after=None, limit=10)
        assert page.rows == []


async def test_who_has_decided_is_told_that_it_moved_on(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)

    with pytest.raises(NotFound):
        await actions.take_up(
            session, person("Khác", (Role.REVIEWER, uuid4())), nomination.id, version=nomination.version
        )
    with pytest.raises(AppError) as refused:
        await actions.take_up(session, bodies.approver, nomination.id, version=nomination.version)

    assert refused.value.params == {"state": "approved", "step": "take_up"}
