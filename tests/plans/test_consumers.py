"""Each handler of the event door, once and repeated, through the inbox as facts really arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.consumers import consumer
from services.plans.models import Duty, Presentation
from services.plans.workflow import DutyState
from shared.clock import now
from shared.db import new_id
from shared.events import Event
from shared.events.nominations import (
    NominationApproved,
    NominationDeclined,
    NominationResubmitted,
    NominationReturned,
    NominationSubmitted,
    NominationWithdrawn,
)
from tests.plans import factories as make


async def hear(session: AsyncSession, fact: Event) -> None:
    """As the receiver does for a fact that arrived."""
    await consumer.hearings[fact.type()].handler(session, fact)


def about(fact: NominationSubmitted, kind: type[Event], **given: Any) -> Event:
    """A later fact of the same nomination."""
    return kind.model_validate(fact.model_dump() | given)


AFTERWARDS: list[tuple[type[Event], dict[str, Any], int]] = [
    (NominationReturned, {"fields": ["title"]}, 0),
    (NominationWithdrawn, {}, 0),
    (NominationDeclined, {"station_number": 1}, 1),
    (
        NominationApproved,
        {
            "station_id": new_id(),
            "station_number": 1,
            "approver_id": new_id(),
            "story_version": 1,
        },
        1,
    ),
]


async def owed(session: AsyncSession) -> Duty:
    """A duty that is not due for months."""
    plan, _ = await make.one_duty(session)
    return await make.the_duty(session, plan, "2027-Q1")


async def test_a_submission_is_counted_once_however_often_it_arrives(session: AsyncSession) -> None:
    duty = await owed(session)
    fact = make.submission(duty)

    await hear(session, fact)
    await hear(session, fact)

    assert duty.counted == 1


@pytest.mark.parametrize(("kind", "given", "counted"), AFTERWARDS)
async def test_what_becomes_of_it_is_noted_once(
    session: AsyncSession, kind: type[Event], given: dict[str, Any], counted: int
) -> None:
    duty = await owed(session)
    fact = make.submission(duty)
    await hear(session, fact)

    await hear(session, about(fact, kind, **given))
    version = duty.version
    await hear(session, about(fact, kind, **given))

    assert (duty.counted, duty.version) == (counted, version)
    row = await session.get_one(Presentation, fact.nomination_id)
    assert row.standing == kind.past


async def test_a_resubmission_counts_again_from_its_own_instant(session: AsyncSession) -> None:
    duty = await owed(session)
    fact = make.submission(duty)
    later = now() - timedelta(minutes=1)
    await hear(session, fact)
    await hear(session, about(fact, NominationReturned, fields=["title"]))

    await hear(session, about(fact, NominationResubmitted, submitted_at=later))

    assert (duty.counted, duty.reached_at) == (1, later)


async def test_a_nomination_that_answers_no_plan_is_none_of_ours(session: AsyncSession) -> None:
    duty = await owed(session)
    fact = make.submission(duty, plan_id=None, obligation_id=None, period_key=None)

    await hear(session, fact)
    await hear(session, about(fact, NominationReturned, fields=[]))

    assert await session.get(Presentation, fact.nomination_id) is None
    assert duty.state is DutyState.OPEN


async def test_a_return_of_something_never_heard_of_is_absorbed(session: AsyncSession) -> None:
    duty = await owed(session)

    await hear(session, about(make.submission(duty), NominationReturned, fields=[]))

    assert duty.counted == 0


async def test_mended_to_answer_another_period_it_counts_there_only(session: AsyncSession) -> None:
    plan, now_due = await make.one_duty(session)
    next_due = await make.the_duty(session, plan, "2027-Q1")
    fact = make.submission(next_due)
    await hear(session, fact)
    await hear(session, about(fact, NominationReturned, fields=["period_key"]))

    await hear(session, about(fact, NominationResubmitted, period_key="2026-Q4"))

    assert (now_due.counted, next_due.counted) == (1, 0)


def test_it_hears_what_the_catalogue_says() -> None:
    assert {h.fact.__name__ for h in consumer.hearings.values()} == {
        "NominationSubmitted",
        "NominationResubmitted",
        "NominationReturned",
        "NominationWithdrawn",
        "NominationDeclined",
        "NominationApproved",
    }
