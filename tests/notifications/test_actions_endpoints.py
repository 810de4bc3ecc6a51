"""What each action does, and each refusal: endpoints, secrets, sending again, tidying."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import actions, queries
from services.notifications.actions import Registration, Rules
from services.notifications.actions.sending import valid_secrets
from services.notifications.channels import Post, UnsafeAddress
from services.notifications.models import RESTING, Attempt, Channel, Delivery, WebhookEndpoint
from services.notifications.workflow import EndpointState, State
from shared.audit import AuditRow
from shared.auth import Actor, HeldOffice, Role
from shared.clock import now
from shared.db import Database, new_id
from shared.errors import (
    Gone,
    NotAllowed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    StepNotPossible,
)
from shared.events.notifications import EndpointDisabled
from shared.road.outbox import recorded
from tests.notifications import factories as make

KEYS = ["key", "older"]
RULES = Rules(KEYS, False)
URL = "https://toasoan.example.vn/lantoa"


async def _deeds(session: AsyncSession) -> list[str]:
    await session.flush()
    return list(await session.scalars(select(AuditRow.action).order_by(AuditRow.position)))


async def _registered(session: AsyncSession, actor: Actor) -> actions.Registered:
    wish = Registration(URL, ["lantoa.item.published.v1"], None)
    return await actions.register(session, actor, new_id(), wish, rules=RULES, version=None)


async def test_register_gives_the_secret_once_and_keeps_it_sealed(session: AsyncSession, paper: Actor) -> None:
    made = await _registered(session, paper)

    again = await actions.register(
        session,
        paper,
        made.endpoint.id,
        Registration(URL, ["lantoa.item.published.v1"], None),
        rules=RULES,
        version=None,
    )

    assert (made.created, again.created, again.secret) == (True, False, None)
    assert valid_secrets(made.endpoint, KEYS) == [made.secret]
    assert (made.secret or "") not in orjson.dumps(made.endpoint.secrets).decode()
    assert await _deeds(session) == ["register_endpoint"]


async def test_changing_an_endpoint_needs_the_version_read(session: AsyncSession, paper: Actor) -> None:
    made = await _registered(session, paper)
    other = Registration("https://toasoan.example.vn/khac", [], None)

    with pytest.raises(PreconditionRequired):
        await actions.register(session, paper, made.endpoint.id, other, rules=RULES, version=None)
    with pytest.raises(PreconditionFailed):
        await actions.register(session, paper, made.endpoint.id, other, rules=RULES, version=7)
    changed = await actions.register(session, paper, made.endpoint.id, other, rules=RULES, version=1)

    assert (changed.endpoint.url, changed.endpoint.events, changed.endpoint.version) == (other.url, [], 2)


@pytest.mark.parametrize("version", [None, 1])
async def test_an_inside_address_is_refused_when_registering_and_changing(
    version: int | None, session: AsyncSession, paper: Actor
) -> None:
    endpoint_id = (await _registered(session, paper)).endpoint.id if version else new_id()
    wish = Registration("https://127.0.0.1/", [], None)

    with pytest.raises(UnsafeAddress):
        await actions.register(session, paper, endpoint_id, wish, rules=RULES, version=version)


async def test_an_endpoint_cannot_be_handed_to_a_body_that_is_not_his(session: AsyncSession) -> None:
    own, foreign = await make.organisation(session), await make.organisation(session)
    admin = Actor("person", new_id(), "Mai", (HeldOffice(own, Role.ADMINISTRATOR),))
    row = await make.endpoint(session, organisation_id=own, url=URL)

    with pytest.raises(NotAllowed):
        await actions.register(session, admin, row.id, Registration(URL, [], foreign), rules=RULES, version=1)

    assert row.organisation_id == own


async def test_after_a_rotation_the_old_secret_signs_along_for_a_day(session: AsyncSession, paper: Actor) -> None:
    made = await _registered(session, paper)

    turned = await actions.rotate_secret(session, paper, made.endpoint.id, keys=KEYS, version=1)

    ending = made.endpoint.secrets[1]["until"]
    assert valid_secrets(made.endpoint, KEYS) == [turned.secret, made.secret]
    assert (now() + timedelta(hours=24)).isoformat() > ending > (now() + timedelta(hours=23)).isoformat()


async def test_an_old_secret_ends(session: AsyncSession, paper: Actor) -> None:
    made = await _registered(session, paper)
    past = (now() - timedelta(seconds=1)).isoformat()
    made.endpoint.secrets = [*made.endpoint.secrets, {**made.endpoint.secrets[0], "until": past}]

    turned = await actions.rotate_secret(session, paper, made.endpoint.id, keys=KEYS, version=1)

    assert valid_secrets(made.endpoint, KEYS) == [turned.secret, made.secret]
    assert len(made.endpoint.secrets) == 2


async def test_a_lost_answer_to_a_rotation_harms_nobody(session: AsyncSession, paper: Actor) -> None:
    made = await _registered(session, paper)
    await actions.rotate_secret(session, paper, made.endpoint.id, keys=KEYS, version=1)

    await actions.rotate_secret(session, paper, made.endpoint.id, keys=KEYS, version=2)

    assert valid_secrets(made.endpoint, KEYS)[2] == made.secret


async def test_pausing_and_resuming(session: AsyncSession, paper: Actor) -> None:
    row = (await _registered(session, paper)).endpoint
    row.consecutive_failures = 4

    paused = (await actions.pause_endpoint(session, paper, row.id, version=1)).state
    with pytest.raises(StepNotPossible):
        await actions.pause_endpoint(session, paper, row.id, version=2)
    resumed = await actions.resume_endpoint(session, paper, row.id, version=2)

    assert (paused, resumed.state) == (EndpointState.PAUSED, EndpointState.ACTIVE)
    assert (resumed.consecutive_failures, resumed.paused_at, resumed.version) == (0, None, 3)


async def test_disabling_cancels_what_waits(session: AsyncSession, paper: Actor) -> None:
    row = (await _registered(session, paper)).endpoint
    await make.delivery(session, row)

    await actions.disable_endpoint(session, paper, row.id, version=1)

    assert list(await session.scalars(select(Delivery.state))) == [State.CANCELLED]
    assert recorded(session) == []  # its owner knows


async def test_deleting_takes_deliveries_and_attempts_along(session: AsyncSession, paper: Actor) -> None:
    row = (await _registered(session, paper)).endpoint
    sent = await make.delivery(session, row)
    session.add(Attempt(delivery_id=sent.id, number=1, at=now(), outcome="failed", duration_ms=1))
    await session.flush()

    await actions.delete_endpoint(session, paper, row.id, version=1)
    await session.flush()

    left = [await make.count(session, table) for table in (WebhookEndpoint, Delivery, Attempt)]
    assert left == [0, 0, 0]


async def test_a_ping_goes_the_ordinary_way(session: AsyncSession, paper: Actor) -> None:
    row = (await _registered(session, paper)).endpoint

    ping = await actions.test_endpoint(session, paper, row.id)

    body = orjson.loads(ping.payload or b"")
    assert (ping.state, ping.channel) == (State.PENDING, Channel.WEBHOOK)
    assert (body["id"], body["type"]) == (str(ping.fact_id), "lantoa.endpoint.ping.v1")
    assert body["data"] == {"endpoint_id": str(row.id)}


@pytest.mark.parametrize("state", [State.DEAD, State.CONFIRMED, State.FAILED])
async def test_retry_sends_again_now_under_the_same_id(state: State, session: AsyncSession, paper: Actor) -> None:
    row = await make.delivery(session, await make.endpoint(session, owner_id=paper.id), state=state, tries=5)
    fact_id = row.fact_id

    again = await actions.retry(session, paper, row.id)

    assert (again.state, again.tries, again.attempts, again.fact_id) == (State.PENDING, 0, 5, fact_id)
    assert again.next_try_at is not None


@pytest.mark.parametrize("state", [State.PENDING, State.SENT, State.RETRYING, State.CANCELLED])
async def test_retry_of_what_is_under_way_or_cancelled_is_refused(
    state: State, session: AsyncSession, paper: Actor
) -> None:
    row = await make.delivery(session, await make.endpoint(session, owner_id=paper.id), state=state)

    with pytest.raises(StepNotPossible):
        await actions.retry(session, paper, row.id)


async def test_retry_of_what_was_taken_down_is_gone(session: AsyncSession, paper: Actor) -> None:
    row = await make.delivery(session, await make.endpoint(session, owner_id=paper.id), state=State.DEAD)
    row.payload = None
    await session.flush()

    with pytest.raises(Gone):
        await actions.retry(session, paper, row.id)


async def test_retry_of_an_unknown_delivery_is_not_found(session: AsyncSession, paper: Actor) -> None:
    with pytest.raises(NotFound):
        await actions.retry(session, paper, new_id())


async def test_an_endpoint_paused_for_days_is_switched_off(session: AsyncSession) -> None:
    long, short = [await make.endpoint(session, state=EndpointState.PAUSED) for _ in range(2)]
    long.paused_at, short.paused_at = now() - timedelta(days=6), now() - timedelta(days=4)
    waiting = await make.delivery(session, long)

    switched = await actions.disable_long_paused(session, now())

    await session.refresh(waiting)
    assert (switched, long.state, short.state) == (1, EndpointState.DISABLED, EndpointState.PAUSED)
    assert waiting.state is State.CANCELLED
    assert recorded(session) == [EndpointDisabled(endpoint_id=long.id, reason="failing")]


async def test_what_was_delivered_is_forgotten_after_a_week(session: AsyncSession) -> None:
    to = await make.endpoint(session)
    old, fresh, unfinished = [
        await make.delivery(session, to, state=state) for state in (State.CONFIRMED, State.DEAD, State.FAILED)
    ]
    old.created_at = unfinished.created_at = now() - timedelta(days=8)
    await session.flush()

    removed = await actions.forget_delivered(session, now())

    left = set(await session.scalars(select(Delivery.id)))
    assert (removed, left) == (1, {fresh.id, unfinished.id})


async def test_an_administrator_also_manages_what_lies_below(session: AsyncSession) -> None:
    above = await make.organisation(session)
    below = await make.organisation(session, above=above)
    admin = Actor("person", new_id(), "Mai", (HeldOffice(above, Role.ADMINISTRATOR),))
    row = await make.endpoint(session, organisation_id=below)
    await make.endpoint(session, organisation_id=await make.organisation(session))

    page = await queries.endpoints_of(
        session,
        admin,
        await queries.administered(session, admin, now().date()),
        after=None,
        limit=10,
    )

    assert [one.id for one in page.rows] == [row.id]


async def test_what_waits_rests_with_its_endpoint_and_goes_on_with_it(session: AsyncSession, paper: Actor) -> None:
    row = (await _registered(session, paper)).endpoint
    waiting = await make.delivery(session, row, state=State.FAILED)
    under_way = await make.delivery(session, row, state=State.SENT)
    lease = under_way.next_try_at

    await actions.pause_endpoint(session, paper, row.id, version=1)
    await session.refresh(waiting)
    await session.refresh(under_way)
    rested = (waiting.next_try_at, under_way.next_try_at)
    await actions.resume_endpoint(session, paper, row.id, version=2)

    await session.refresh(waiting)
    assert rested == (RESTING, lease)
    assert [one.delivery_id for one in await _claimed(session)] == [waiting.id, under_way.id]


async def _claimed(session: AsyncSession) -> list[actions.Parcel]:
    parcels = await actions.claim(session, Channel.WEBHOOK, limit=9, keys=KEYS, base_url="")
    return sorted(parcels, key=lambda parcel: parcel.delivery_id)


async def test_a_fact_for_a_paused_endpoint_rests_too(session: AsyncSession, database: Database, paper: Actor) -> None:
    row = await make.endpoint(session, owner_id=paper.id, state=EndpointState.PAUSED, keys=KEYS)
    await session.commit()
    await make.arrive(database, make.enveloped(make.published()))

    rested = (await session.scalars(select(Delivery.next_try_at))).one()
    await actions.resume_endpoint(session, paper, row.id, version=1)

    assert rested == RESTING
    assert len(await _claimed(session)) == 1


async def test_what_rests_although_its_endpoint_is_awake_is_woken(session: AsyncSession) -> None:
    stuck = await make.delivery(session, await make.endpoint(session, keys=KEYS))
    asleep = await make.delivery(session, await make.endpoint(session, state=EndpointState.PAUSED))
    stuck.next_try_at = asleep.next_try_at = RESTING
    await session.flush()

    await actions.wake_forgotten(session, now())

    await session.refresh(asleep)
    assert [one.delivery_id for one in await _claimed(session)] == [stuck.id]
    assert asleep.next_try_at == RESTING


async def test_nothing_is_promised_to_an_endpoint_that_is_off(session: AsyncSession, paper: Actor) -> None:
    row = await make.endpoint(session, owner_id=paper.id, state=EndpointState.DISABLED)
    dead = await make.delivery(session, row, state=State.DEAD)

    with pytest.raises(StepNotPossible):
        await actions.test_endpoint(session, paper, row.id)
    with pytest.raises(StepNotPossible):
        await actions.retry(session, paper, dead.id)


async def test_a_secret_under_a_lost_key_stops_only_its_own_endpoint(session: AsyncSession) -> None:
    lost = await make.delivery(session, await make.endpoint(session, keys=["lost"]))
    fine = await make.delivery(session, await make.endpoint(session, keys=KEYS))

    parcels = {parcel.delivery_id: parcel.content for parcel in await _claimed(session)}

    assert {one: content.secrets for one, content in parcels.items() if isinstance(content, Post)} == {
        lost.id: [],
        fine.id: [make.SECRET],
    }


async def test_eight_registering_one_id_at_once_make_one_endpoint(committed: Database, paper: Actor) -> None:
    endpoint_id, wish = new_id(), Registration(URL, [], None)

    async def register() -> bool:
        async with committed.transaction() as session:
            found = await actions.register(session, paper, endpoint_id, wish, rules=RULES, version=None)
            return found.created

    created = await asyncio.gather(*(register() for _ in range(8)))

    assert sorted(created) == [False] * 7 + [True]


async def test_changes_at_once_take_turns_and_only_the_first_fits(committed: Database, paper: Actor) -> None:
    async with committed.transaction() as session:
        row = await make.endpoint(session, owner_id=paper.id)

    async def rotate() -> str:
        try:
            async with committed.transaction() as session:
                await actions.rotate_secret(session, paper, row.id, keys=KEYS, version=1)
        except PreconditionFailed as refused:
            return refused.code
        return "rotated"

    outcomes = await asyncio.gather(*(rotate() for _ in range(8)))

    assert sorted(outcomes) == ["precondition-failed"] * 7 + ["rotated"]
