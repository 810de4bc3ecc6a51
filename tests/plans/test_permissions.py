"""Who may: the whole matrix of action, role and place, so that a new action without a rule fails."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, permissions
from services.plans.confirming import Decision, Standing, sketch
from services.plans.confirming.leaves import leaves_of
from services.plans.models import Duty, Plan, PlanReading
from services.plans.reading import read_plan
from services.plans.terms import PlanTerms
from shared.audit.door import reached as reached_by
from shared.auth import OPERATOR, Actor, Role
from shared.db import new_id
from shared.errors import NotAllowed, NotFound
from shared.events.plans import ChannelChanged, MovementChanged
from tests.plans import factories as make
from tests.plans.confirming.texts import PLAN

PLACES = ("above", "own", "below", "other")
UP = frozenset({"above", "own"})
OWN = frozenset({"own"})


@dataclass(frozen=True, slots=True)
class Scene:
    """A body with one above, one below and one elsewhere; an office, a plan and a duty at it."""

    bodies: dict[str, UUID]
    office_id: UUID
    draft: Plan
    plan: Plan
    duty: Duty
    proposed: PlanReading
    confirmed: PlanReading

    @property
    def own(self) -> UUID:
        """The body that everything is about."""
        return self.bodies["own"]


async def scene(session: AsyncSession) -> Scene:
    """The same each time."""
    above = make.body("tren")
    own = make.body("ta", above=above.organisation_id)
    below, other = make.body("duoi", above=own.organisation_id), make.body("khac")
    await make.put_in(session, above, own, below, other)
    office = make.office(new_id(), own.organisation_id, Role.EDITOR)
    await actions.import_directory(session, OPERATOR, actions.Directory(offices=[office]))
    obligation = make.obligation(bearers=make.bearing(below.organisation_id), to_ids=[own.organisation_id])
    terms = make.terms(own.organisation_id, obligation)
    plan = await make.issued(session, terms)
    draft, _ = await actions.put_plan(
        session, make.officer(own.organisation_id), new_id(), make.terms(own.organisation_id), version=None
    )
    bodies = dict(zip(PLACES, [b.organisation_id for b in (above, own, below, other)], strict=True))
    duty = await make.the_duty(session, plan)
    proposed, confirmed = [await read(session, own.organisation_id) for _ in range(2)]
    everything = [Decision(key, Standing.DISMISSED) for key in leaves_of(confirmed.reading) if key != "title"]
    officer, title = make.officer(own.organisation_id), Decision("title", Standing.CONFIRMED)
    await actions.decide(session, officer, confirmed.id, [title, *everything], version=1, at=make.NOW)
    return Scene(bodies, office.office_id, draft, plan, duty, proposed, confirmed)


async def read(session: AsyncSession, issuer_id: UUID) -> PlanReading:
    """A document of this body, as it was read."""
    reading = read_plan(PLAN)
    row = PlanReading(
        id=new_id(),
        issuer_id=issuer_id,
        amends_id=None,
        amends_version=None,
        file_id=None,
        title="Kế hoạch",
        reading=reading,
        sketch=sketch(reading.text),
        read_by=new_id(),
        read_at=make.NOW,
        issued_at=None,
        version=1,
    )
    session.add(row)
    await session.flush()
    return row


def amended(here: Scene) -> PlanTerms:
    """The issued plan under another title."""
    return here.plan.terms.model_copy(update={"title": "Khác"})


Try = Callable[[AsyncSession, Actor, Scene], Awaitable[object]]
LATER = make.NOW + timedelta(days=60)
# action -> the roles that may, where they must hold the office, and an attempt
RULES: dict[str, tuple[frozenset[Role], frozenset[str], Try]] = {
    "put_organisation": (
        frozenset({Role.ADMINISTRATOR}),
        UP,
        lambda s, a, h: actions.put_organisation(s, a, make.body("moi", above=h.own), version=None),
    ),
    "put_office": (
        frozenset({Role.ADMINISTRATOR}),
        UP,
        lambda s, a, h: actions.put_office(s, a, make.office(new_id(), h.own, Role.EDITOR), version=None),
    ),
    "revoke_office": (
        frozenset({Role.ADMINISTRATOR}),
        UP,
        lambda s, a, h: actions.revoke_office(s, a, h.office_id, version=1),
    ),
    "put_channel": (
        frozenset({Role.ADMINISTRATOR}),
        UP,
        lambda s, a, h: actions.put_channel(
            s,
            a,
            ChannelChanged(channel_id=new_id(), organisation_id=h.own, kind="portal", name="x"),
            version=None,
        ),
    ),
    "put_movement": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.put_movement(
            s, a, MovementChanged(movement_id=new_id(), name="x"), kept_by=h.own, version=None
        ),
    ),
    "put_plan": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.put_plan(s, a, new_id(), make.terms(h.own), version=None),
    ),
    "issue_plan": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.issue_plan(s, a, h.draft.id, version=h.draft.version, now=make.NOW),
    ),
    "amend_plan": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.amend_plan(s, a, h.plan.id, amended(h), version=h.plan.version, now=make.NOW),
    ),
    "close_plan": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.close_plan(s, a, h.plan.id, version=h.plan.version),
    ),
    "withdraw_plan": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.withdraw_plan(s, a, h.plan.id, version=h.plan.version, now=make.NOW),
    ),
    "open_earlier": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.open_earlier(
            s, a, h.plan.id, period_key="2026-Q1", version=h.plan.version, now=make.NOW
        ),
    ),
    "decide": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.decide(
            s, a, h.proposed.id, [Decision("title", Standing.DISMISSED)], version=h.proposed.version, at=make.NOW
        ),
    ),
    "issue_reading": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.issue_reading(s, a, h.confirmed.id, version=h.confirmed.version, at=make.NOW),
    ),
    "discard_reading": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.discard_reading(s, a, h.proposed.id, version=h.proposed.version),
    ),
    "waive": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.waive(s, a, h.duty.id, reason="x", version=h.duty.version, now=make.NOW),
    ),
    "extend": (
        frozenset({Role.PLAN_OFFICER}),
        OWN,
        lambda s, a, h: actions.extend(
            s, a, h.duty.id, due_before=LATER, reason="x", version=h.duty.version, now=make.NOW
        ),
    ),
}
# what nobody asks for: the clock, a fact that arrived, the command line (its refusals are in test_import)
WITHOUT_AN_OFFICE = {
    "representations",
    "count_submission",
    "note_outcome",
    "open_duties",
    "remind",
    "import_directory",
    "init_directory",
}


# opens transactions of its own around the reading: who may stands in the table of everybody (tests/access)
BY_ITS_DOOR = {"read_document"}


def test_every_action_has_a_rule() -> None:
    named = {name for name in actions.__all__ if name[0].islower()}

    assert named == RULES.keys() | WITHOUT_AN_OFFICE | BY_ITS_DOOR


EVERYWHERE = list(itertools.product(Role, PLACES))
MAY = [
    (action, role, place)
    for action, (roles, places, _) in RULES.items()
    for role, place in EVERYWHERE
    if role in roles and place in places
]


@pytest.mark.parametrize(("action", "role", "place"), MAY)
async def test_the_named_office_at_the_named_place_may(
    session: AsyncSession, action: str, role: Role, place: str
) -> None:
    here = await scene(session)
    *_, attempt = RULES[action]

    await attempt(session, make.actor((here.bodies[place], role)), here)


@pytest.mark.parametrize("action", RULES)
async def test_no_other_office_and_no_other_place_may(session: AsyncSession, action: str) -> None:
    here = await scene(session)
    *_, attempt = RULES[action]
    others = [(role, place) for role, place in EVERYWHERE if (action, role, place) not in MAY]

    refused = []
    for role, place in others:
        with pytest.raises((NotAllowed, NotFound)):
            await attempt(session, make.actor((here.bodies[place], role)), here)
        refused.append((role, place))
    with pytest.raises((NotAllowed, NotFound)):
        await attempt(session, make.actor(), here)

    assert refused == others


async def test_who_reads_a_draft_a_duty_and_the_board(session: AsyncSession) -> None:
    here = await scene(session)
    actors = {(role, place): make.actor((here.bodies[place], role)) for role, place in EVERYWHERE}

    def readers(check: Callable[[Actor], None]) -> set[tuple[Role, str]]:
        found = set()
        for who, by in actors.items():
            with suppress(NotFound):
                check(by)
                found.add(who)
        return found

    officer = {(Role.PLAN_OFFICER, "own")}
    assert readers(lambda by: permissions.check_may_read_plan(by, here.draft)) == officer
    assert readers(lambda by: permissions.check_may_read_plan(by, here.plan)) == set(EVERYWHERE)
    assert readers(lambda by: permissions.check_may_see_board(by, here.plan)) == officer
    bearer = {(role, "below") for role in Role}
    assert readers(lambda by: permissions.check_may_read_duty(by, here.duty)) == officer | bearer


@pytest.mark.parametrize("place", PLACES)
async def test_the_document_is_for_offices_at_the_issuer_and_below(session: AsyncSession, place: str) -> None:
    here = await scene(session)
    by = make.actor((here.bodies[place], Role.NOMINATOR))

    if place in {"own", "below"}:
        await permissions.check_may_read_file(session, by, here.plan)
    else:
        with pytest.raises(NotFound):
            await permissions.check_may_read_file(session, by, here.plan)


async def test_an_auditor_reads_at_and_below_and_nobody_else(session: AsyncSession) -> None:
    here = await scene(session)

    bodies = await reached_by(session, make.actor((here.own, Role.AUDITOR)))

    assert bodies == {here.own, here.bodies["below"]}
    with pytest.raises(NotAllowed):
        await reached_by(session, make.actor((here.own, Role.ADMINISTRATOR)))


async def test_what_a_body_did_before_it_ended_stays_under_the_auditors_above_its_heir(session: AsyncSession) -> None:
    top = make.body("tren")
    heir = make.body("moi", above=top.organisation_id)
    ended = make.body("cu", heir=heir.organisation_id, valid_to=date(2025, 6, 30))
    elsewhere = make.body("khac")
    await make.put_in(session, top, heir, ended, elsewhere)

    above = await reached_by(session, make.actor((top.organisation_id, Role.AUDITOR)))
    other = await reached_by(session, make.actor((elsewhere.organisation_id, Role.AUDITOR)))

    assert above == {top.organisation_id, heir.organisation_id, ended.organisation_id}
    assert other == {elsewhere.organisation_id}
