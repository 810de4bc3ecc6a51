"""The thinnest walk: draft, consent, submit, take up, approve; and then what travels."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.workflow import State, StationState
from shared.events.nominations import (
    NominationApproved,
    NominationRecommended,
    NominationSubmitted,
    NominationTakenUp,
    NoticePrepared,
    Story,
    StoryReleased,
)
from tests.nominations.factories import Facts, about, consented, drafted, ladder


async def test_a_walk_from_draft_to_release_and_recommendation(session: AsyncSession) -> None:
    bodies = await ladder(session)
    facts = Facts(session)

    nomination = await drafted(session, bodies)
    await consented(session, bodies, nomination, "portal", "newspaper")
    await actions.submit(session, bodies.nominator, nomination.id, version=2)
    await actions.take_up(session, bodies.reviewer, nomination.id, version=3)
    await actions.approve(session, bodies.approver, nomination.id, version=4, recommend=True)

    first, second = nomination.stations
    common = about(nomination, bodies)
    assert nomination.state is State.SUBMITTED
    assert [(s.number, s.organisation_id, s.state) for s in nomination.stations] == [
        (1, bodies.first, StationState.APPROVED),
        (2, bodies.second, StationState.WAITING),
    ]
    assert first.decided_at is not None
    assert nomination.submitted_at is not None
    assert facts() == [
        NominationSubmitted(
            **common,
            exemplar_id=nomination.exemplar_id,
            subject_type="individual",
            submitted_at=nomination.submitted_at,
            station_organisation_id=bodies.first,
        ),
        NominationTakenUp(**common, station_organisation_id=bodies.first),
        NominationApproved(
            **common,
            station_id=first.id,
            station_number=1,
            station_organisation_id=bodies.first,
            approver_id=bodies.approver.id,
            story_version=1,
        ),
        StoryReleased(
            nomination_id=nomination.id,
            organisation_id=bodies.unit,
            station_id=first.id,
            station_number=1,
            station_organisation_id=bodies.first,
            approved_at=first.decided_at,
            story_version=1,
            story=Story(title="Người giữ lửa", summary="Mười năm giữ đường làng sạch."),
            channel_kinds=["newspaper", "portal"],
            subject_type="individual",
            subject_name="Trần Thị Hoa",
            kind="exemplar",
            nominator_id=bodies.nominator.id,
            approver_id=bodies.approver.id,
            next_organisation_id=bodies.second,
        ),
        NoticePrepared(**common),
        NominationRecommended(
            **common,
            from_organisation_id=bodies.first,
            station_id=second.id,
            station_number=2,
            station_organisation_id=bodies.second,
        ),
    ]
