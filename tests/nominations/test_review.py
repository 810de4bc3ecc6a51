"""The stations' steps: take up, return, approve, decline, revoke, recuse."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.models import Release
from services.nominations.permissions import ConflictDeclared, OwnNomination
from services.nominations.workflow import State, StationState
from shared.auth import Actor, HeldOffice, Role
from shared.errors import NotFound, PreconditionFailed, StepNotPossible
from shared.events.nominations import (
    ApprovalRevoked,
    NominationApproved,
    NominationDeclined,
    NominationReturned,
    StoryRecalled,
    StoryReleased,
)
from tests.nominations.factories import (
    Facts,
    about,
    approved,
    approved_twice,
    consented,
    drafted,
    in_review,
    ladder,
    person,
    returned,
    submitted,
)


async def test_take_up_of_a_draft_is_not_possible(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)
    both = Actor("person", uuid4(), "Cả hai", (*bodies.nominator.offices, *bodies.reviewer.offices))

    with pytest.raises(StepNotPossible) as refused:
        await actions.take_up(session, both, nomination.id, version=1)

    assert refused.value.params == {"state": "draft", "step": "take_up"}


async def test_take_up_twice_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await in_review(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.take_up(session, bodies.approver, nomination.id, version=nomination.version)


async def test_take_up_of_another_version_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)

    with pytest.raises(PreconditionFailed):
        await actions.take_up(session, bodies.reviewer, nomination.id, version=1)


async def test_return_names_the_fields_and_keeps_the_remarks_here(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await in_review(session, bodies)
    facts = Facts(session)
    remarks = [("summary", "Nêu rõ số hộ."), ("title", "Ngắn hơn."), ("summary", "Nêu cả năm.")]

    await actions.return_to_unit(session, bodies.reviewer, nomination.id, remarks, version=nomination.version)

    assert nomination.stations[0].state is StationState.RETURNED
    assert [(r.field, r.remark, r.by_id) for r in nomination.remarks] == [
        (field, remark, bodies.reviewer.id) for field, remark in remarks
    ]
    assert facts() == [
        NominationReturned(
            **about(nomination, bodies),
            station_organisation_id=bodies.first,
            fields=["summary", "title"],
        )
    ]


async def test_return_before_taking_up_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.return_to_unit(
            session, bodies.reviewer, nomination.id, [("title", "Sửa.")], version=nomination.version
        )


async def test_approve_before_taking_up_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)

    with pytest.raises(StepNotPossible) as refused:
        await actions.approve(session, bodies.approver, nomination.id, version=nomination.version, recommend=True)

    assert refused.value.params == {"state": "waiting", "step": "approve"}


async def test_approve_without_consent_releases_nothing(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await in_review(session, bodies)
    facts = Facts(session)

    await actions.approve(session, bodies.approver, nomination.id, version=nomination.version, recommend=False)

    assert facts() == [
        NominationApproved(
            **about(nomination, bodies),
            station_id=nomination.stations[0].id,
            station_number=1,
            station_organisation_id=bodies.first,
            approver_id=bodies.approver.id,
            story_version=1,
        )
    ]
    assert nomination.state is State.CONCLUDED


async def test_approve_at_the_top_concludes(session: AsyncSession) -> None:
    bodies = await ladder(session)

    nomination = await approved_twice(session, bodies)

    assert nomination.state is State.CONCLUDED
    assert [s.state for s in nomination.stations] == [StationState.APPROVED] * 2
    assert nomination.stations[1].next_organisation_id is None


async def test_lower_stations_keep_the_version_they_approved(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    above = bodies.approver_above
    await actions.take_up(session, above, nomination.id, version=nomination.version)
    await actions.return_to_unit(session, above, nomination.id, [("summary", "Viết lại.")], version=nomination.version)
    await actions.amend(session, bodies.nominator, nomination.id, {"summary": "Bản mới."}, version=nomination.version)
    await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)
    await actions.take_up(session, above, nomination.id, version=nomination.version)
    await actions.approve(session, above, nomination.id, version=nomination.version, recommend=True)
    facts = Facts(session)

    await consented(session, bodies, nomination, "portal")

    released = [fact for fact in facts() if isinstance(fact, StoryReleased)]
    assert [(r.station_number, r.story_version, r.story.summary) for r in released] == [
        (1, 1, "Mười năm giữ đường làng sạch."),
        (2, 2, "Bản mới."),
    ]


async def test_decline_at_the_first_station(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await in_review(session, bodies)
    facts = Facts(session)

    await actions.decline(session, bodies.approver, nomination.id, "Chưa đủ thời gian.", version=nomination.version)

    assert nomination.state is State.DECLINED
    assert nomination.stations[0].reason == "Chưa đủ thời gian."
    assert facts() == [
        NominationDeclined(**about(nomination, bodies), station_number=1, station_organisation_id=bodies.first)
    ]


async def test_decline_higher_up_leaves_the_approval_below(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    above = bodies.approver_above
    await actions.take_up(session, above, nomination.id, version=nomination.version)

    await actions.decline(session, above, nomination.id, "Chưa nổi bật.", version=nomination.version)

    assert nomination.state is State.CONCLUDED
    assert [s.state for s in nomination.stations] == [StationState.APPROVED, StationState.DECLINED]


async def test_revoke_of_the_last_approval_declines_cancels_and_recalls(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    await consented(session, bodies, nomination, "portal")
    first = nomination.stations[0]
    facts = Facts(session)

    await actions.revoke(
        session, bodies.approver, nomination.id, first.id, reason="Sai số liệu.", version=nomination.version
    )

    assert nomination.state is State.DECLINED
    assert [s.state for s in nomination.stations] == [StationState.REVOKED, StationState.CANCELLED]
    assert facts() == [
        ApprovalRevoked(
            **about(nomination, bodies),
            station_id=first.id,
            station_number=1,
            station_organisation_id=bodies.first,
        ),
        StoryRecalled(
            nomination_id=nomination.id,
            station_id=first.id,
            station_organisation_id=bodies.first,
            lost_kinds=["portal"],
            channel_kinds=[],
        ),
    ]


async def test_revoke_below_leaves_the_approval_above(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved_twice(session, bodies)
    await consented(session, bodies, nomination, "portal")
    first, second = nomination.stations

    await actions.revoke(session, bodies.approver, nomination.id, first.id, reason="Sai.", version=nomination.version)

    kinds = {release.station_id: release.kinds for release in await session.scalars(select(Release))}
    assert nomination.state is State.CONCLUDED
    assert kinds == {first.id: [], second.id: ["portal"]}


async def test_revoke_of_what_was_not_approved_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await in_review(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.revoke(
            session,
            bodies.approver,
            nomination.id,
            nomination.stations[0].id,
            reason="Sai.",
            version=nomination.version,
        )
    with pytest.raises(NotFound):
        await actions.revoke(
            session, bodies.approver, nomination.id, uuid4(), reason="Sai.", version=nomination.version
        )


async def test_who_declared_a_conflict_does_not_decide(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await in_review(session, bodies)

    await actions.recuse(session, bodies.approver, nomination.id, "Là họ hàng.")
    await actions.recuse(session, bodies.approver, nomination.id, "Là họ hàng.")

    assert len(nomination.recusals) == 1
    with pytest.raises(ConflictDeclared):
        await actions.approve(session, bodies.approver, nomination.id, version=nomination.version, recommend=True)


async def test_nobody_decides_on_what_he_nominated_or_on_himself(session: AsyncSession) -> None:
    bodies = await ladder(session)
    himself = Actor("person", bodies.nominator.person_id, "Mai", (HeldOffice(bodies.first, Role.APPROVER),))
    own = await submitted(session, bodies)
    about_him = await submitted(session, bodies, subject_person_id=bodies.approver.id)

    with pytest.raises(OwnNomination):
        await actions.take_up(session, himself, own.id, version=own.version)
    with pytest.raises(OwnNomination):
        await actions.take_up(session, bodies.approver, about_him.id, version=about_him.version)


async def test_a_returned_nomination_waits_for_its_unit(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await returned(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.approve(session, bodies.approver, nomination.id, version=nomination.version, recommend=True)


async def test_nobody_decides_on_what_he_once_wrote_or_presented(session: AsyncSession) -> None:
    bodies = await ladder(session)
    posts = ((Role.NOMINATOR, bodies.unit), (Role.APPROVER, bodies.first))
    writer, presenter = person("Viết", *posts), person("Chuyển", *posts)
    nomination = await drafted(session, bodies)
    await actions.amend(session, writer, nomination.id, {"body": "Chuyện kể."}, version=nomination.version)
    await actions.submit(session, presenter, nomination.id, version=nomination.version)
    await actions.take_up(session, bodies.reviewer, nomination.id, version=nomination.version)
    await actions.return_to_unit(
        session, bodies.reviewer, nomination.id, [("body", "Ngắn quá.")], version=nomination.version
    )
    await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)

    for barred in (writer, presenter, person("Cũ", *posts, id=bodies.nominator.id)):
        with pytest.raises(OwnNomination):
            await actions.take_up(session, barred, nomination.id, version=nomination.version)
    await actions.take_up(session, person("Khác", *posts), nomination.id, version=nomination.version)

    assert nomination.author_ids == [str(who.id) for who in (bodies.nominator, writer, presenter)]
