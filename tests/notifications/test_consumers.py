"""Who is told of which fact, in which words, and that one fact makes one message a person."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.consumers import consumer
from services.notifications.models import Channel, Delivery, Message
from services.notifications.templates_text import KINDS, UNKNOWN
from shared.clock import now
from shared.db import Database, new_id
from shared.directory.tables import Office, Organisation
from shared.events import Event
from shared.events.plans import Bearers, DatedName, DutyDueSoon, OfficeChanged, OrganisationChanged, PlanIssued
from shared.road.tables import Inbox
from tests.notifications import factories as make

HEARD = [hearing.fact for hearing in consumer.hearings.values()]


async def _messages(session: AsyncSession) -> dict[UUID, Message]:
    rows = await session.scalars(select(Message).execution_options(populate_existing=True))
    return {row.person_id: row for row in rows}


async def test_recommendation_tells_the_next_stations_judges_and_its_vias_reviewers(
    session: AsyncSession, database: Database
) -> None:
    station = await make.organisation(session, "Ủy ban nhân dân thành phố")
    via = await make.organisation(session, "Ban Thi đua - Khen thưởng")
    reviewer = await make.office(session, station, "reviewer")
    approver = await make.office(session, station, "approver")
    via_reviewer = await make.office(session, via, "reviewer")
    await make.office(session, via, "approver")
    await make.office(session, station, "editor")
    await session.commit()

    await make.arrive(database, make.enveloped(make.recommended(station, via=via)))

    told = await _messages(session)
    assert set(told) == {reviewer, approver, via_reviewer}
    assert told[reviewer].title == "Có hồ sơ được giới thiệu lên, chờ xem: Tổ tự quản không rác"
    assert told[reviewer].body == (
        f"{UNKNOWN} đã phê duyệt và giới thiệu hồ sơ «Tổ tự quản không rác» của {UNKNOWN} lên "
        "Ủy ban nhân dân thành phố, qua Ban Thi đua - Khen thưởng.\n"
        "Việc cần làm: mở hồ sơ và bấm tiếp nhận."
    )


async def test_offices_count_on_the_day_of_the_fact(session: AsyncSession, database: Database) -> None:
    station = await make.organisation(session)
    holds = await make.office(session, station, "reviewer")
    await make.office(session, station, "reviewer", to_on=date(2021, 1, 1))
    await make.office(session, station, "reviewer", from_on=date(2999, 1, 1))
    await session.commit()

    await make.arrive(database, make.enveloped(make.recommended(station)))

    assert set(await _messages(session)) == {holds}


async def test_one_fact_twice_makes_one_message(session: AsyncSession, database: Database) -> None:
    station = await make.organisation(session)
    await make.office(session, station, "reviewer")
    await session.commit()
    envelope = make.enveloped(make.recommended(station))

    await make.arrive(database, envelope)
    await make.arrive(database, envelope)

    assert await make.count(session, Message) == 1


async def test_a_fact_behind_a_lost_inbox_row_still_makes_one_message(
    session: AsyncSession, database: Database
) -> None:
    station = await make.organisation(session)
    reviewer = await make.office(session, station, "reviewer")
    await make.recipient(session, reviewer)
    await session.commit()
    envelope = make.enveloped(make.recommended(station))
    await make.arrive(database, envelope)
    await session.delete((await session.scalars(select(Inbox))).one())
    await session.commit()

    await make.arrive(database, envelope)

    assert (await make.count(session, Message), await make.count(session, Delivery)) == (1, 1)


async def test_someone_in_two_offices_is_told_once(session: AsyncSession, database: Database) -> None:
    station = await make.organisation(session)
    person = await make.office(session, station, "reviewer")
    await make.office(session, station, "approver", person_id=person)
    await session.commit()

    await make.arrive(database, make.enveloped(make.recommended(station)))

    assert set(await _messages(session)) == {person}


@pytest.mark.parametrize("full", [True, False], ids=["full", "bare"])
@pytest.mark.parametrize("fact", HEARD, ids=lambda fact: fact.__name__)
async def test_every_fact_heard_can_be_told(
    fact: type[Event], full: bool, session: AsyncSession, database: Database
) -> None:
    given = make.sample(fact, full=full)

    await make.arrive(database, make.enveloped(given))

    for row in (await _messages(session)).values():
        assert row.title == " ".join(row.title.split())
        assert row.title != ""
        assert row.body != ""


@pytest.mark.parametrize("kind", sorted(KINDS - {"lantoa.endpoint.paused.v1", "lantoa.endpoint.disabled.v1"}))
def test_every_text_belongs_to_a_fact_that_is_heard(kind: str) -> None:
    assert consumer.hearings[kind].fact.type() == kind


async def test_publication_tells_nominator_and_approver_by_mail_and_the_next_level_without(
    session: AsyncSession, database: Database
) -> None:
    above = await make.organisation(session)
    reviewer = await make.office(session, above, "reviewer")
    nominator, approver = new_id(), new_id()
    for person_id in (reviewer, nominator, approver):
        await make.recipient(session, person_id)
    await session.commit()

    fact = make.published(nominator=nominator, approver=approver, above=above)
    await make.arrive(database, make.enveloped(fact))

    told = await _messages(session)
    mailed = (await session.scalars(select(Delivery.message_id).where(Delivery.channel == Channel.EMAIL))).all()
    assert set(told) == {reviewer, nominator, approver}
    assert set(mailed) == {told[nominator].id, told[approver].id}
    assert told[reviewer].title == f"Để biết: điển hình vừa được đăng ở {UNKNOWN}"
    assert told[nominator].link == fact.url


async def test_mail_goes_only_to_a_confirmed_address(session: AsyncSession, database: Database) -> None:
    station = await make.organisation(session)
    await make.recipient(session, await make.office(session, station, "reviewer"), confirmed=False)
    await session.commit()

    await make.arrive(database, make.enveloped(make.recommended(station)))

    assert (await make.count(session, Message), await make.count(session, Delivery)) == (1, 0)


@pytest.mark.parametrize(
    ("muted", "shown", "mailed"),
    [
        (["lantoa.nomination.recommended.v1/email"], [True], 0),
        (["lantoa.nomination.recommended.v1/in_app"], [False], 1),
        (["lantoa.nomination.recommended.v1/email", "lantoa.nomination.recommended.v1/in_app"], [], 0),
        (["lantoa.nomination.submitted.v1/email"], [True], 1),
    ],
)
async def test_what_is_muted_is_not_sent(
    muted: list[str], shown: list[bool], mailed: int, session: AsyncSession, database: Database
) -> None:
    station = await make.organisation(session)
    await make.recipient(session, await make.office(session, station, "reviewer"), muted=muted)
    await session.commit()

    await make.arrive(database, make.enveloped(make.recommended(station)))

    assert [row.in_app for row in (await _messages(session)).values()] == shown
    assert await make.count(session, Delivery) == mailed


async def test_a_duty_tells_the_units_nominators_until_when(session: AsyncSession, database: Database) -> None:
    unit = await make.organisation(session, "Phòng Giáo dục")
    nominator = await make.office(session, unit, "nominator")
    await session.commit()
    fact = make.sample(DutyDueSoon, full=True).model_copy(
        update={"organisation_id": unit, "due_before": now().replace(2026, 12, 4, 17, 0, 0, 0)}
    )

    await make.arrive(database, make.enveloped(fact))

    assert "23:59 ngày 04/12/2026" in (await _messages(session))[nominator].body


@pytest.mark.parametrize("represented", [False, True])
async def test_a_represented_fact_fills_the_copy_and_tells_nobody(
    represented: bool, session: AsyncSession, database: Database
) -> None:
    await make.endpoint(session)
    await session.commit()
    fact = OrganisationChanged(
        organisation_id=new_id(), slug="phong", hierarchy="state", names=[DatedName(name="Phòng")]
    )

    await make.arrive(database, make.enveloped(fact, represented=represented))

    kept = (await session.scalars(select(Organisation.slug))).all()
    assert (list(kept), await make.count(session, Delivery)) == (["phong"], 0 if represented else 1)


async def test_offices_are_kept(session: AsyncSession, database: Database) -> None:
    fact = make.sample(OfficeChanged, full=True)

    await make.arrive(database, make.enveloped(fact))

    assert list(await session.scalars(select(Office.person_id))) == [fact.person_id]


async def test_telling_many_takes_as_many_statements_as_telling_one(
    session: AsyncSession, database: Database, statements: list[str]
) -> None:
    small, large = await make.organisation(session), await make.organisation(session)
    for station, number in ((small, 1), (large, 40)):
        for _ in range(number):
            await make.recipient(session, await make.office(session, station, "reviewer"))
    await session.commit()
    statements.clear()
    await make.arrive(database, make.enveloped(make.recommended(small)))
    one = len(statements)
    statements.clear()

    await make.arrive(database, make.enveloped(make.recommended(large)))

    assert len(statements) == one
    assert (await make.count(session, Message), await make.count(session, Delivery)) == (41, 41)


async def test_a_plan_for_thousands_is_told_to_all_of_them(session: AsyncSession, database: Database) -> None:
    bearers = [new_id() for _ in range(3000)]
    rows = [
        {"id": new_id(), "person_id": new_id(), "person_name": "Mai", "organisation_id": one, "role": "nominator"}
        for one in bearers
    ]
    await session.execute(insert(Office), [row | {"from_on": date(2020, 1, 1), "version": 1} for row in rows])
    await session.commit()
    plan = make.sample(PlanIssued, full=True)
    obligation = plan.obligations[0].model_copy(update={"bearers": Bearers(organisation_ids=bearers)})

    await make.arrive(database, make.enveloped(plan.model_copy(update={"obligations": [obligation]})))

    assert await make.count(session, Message) == 3000
