"""The thinnest walk: draft, consent, submit, take up, approve; and then what travels."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.models import Nomination
from services.nominations.workflow import State, StationState
from shared.clock import now
from shared.events.nominations import (
    NominationApproved,
    NominationRecommended,
    NominationSubmitted,
    NominationTakenUp,
    NoticePrepared,
    Story,
    StoryReleased,
)
from tests.nominations.factories import Facts, Ladder, about, consented, drafted, ladder


async def test_a_walk_from_draft_to_release_and_recommendation(session: AsyncSession) -> None:
    bodies = await ladder(session)
    facts = Facts(session)

    nomination = await drafted(session, bodies)
    await consented(session, bodies, nomination, "portal", "newspaper")
    await actions.submit(session, bodies.nominator, nomination.id, version=2)
    await actions.take_up(session, bodies.reviewer, nomination.id, version=3)
    await actions.approve(session, bodies.approver, nomination.id, version=4, recommend=True)

    assert nomination.state is State.SUBMITTED
    assert [(s.number, s.organisation_id, s.state) for s in nomination.stations] == [
        (1, bodies.first, StationState.APPROVED),
        (2, bodies.second, StationState.WAITING),
    ]
    submitted, taken_up, approved, released, notice, recommended = facts()
    assert submitted == NominationSubmitted(
        **about(nomination, bodies),
        exemplar_id=nomination.exemplar_id,
        subject_type="individual",
        submitted_at=nomination.submitted_at or now(),
        station_organisation_id=bodies.first,
    )
    assert taken_up == NominationTakenUp(**about(nomination, bodies), station_organisation_id=bodies.first)
    assert (approved, released, recommended) == decided(nomination, bodies)
    assert notice == NoticePrepared(**about(nomination, bodies))


def decided(nomination: Nomination, bodies: Ladder) -> tuple[NominationApproved, StoryReleased, NominationRecommended]:
    """What the first station's approval announces."""
    first, second = nomination.stations
    approved = NominationApproved(
        **about(nomination, bodies),
        station_id=first.id,
        station_number=1,
        station_organisation_id=bodies.first,
        approver_id=bodies.approver.id,
        story_version=1,
    )
    released = StoryReleased(
        nomination_id=nomination.id,
        organisation_id=bodies.unit,
        station_id=first.id,
        station_number=1,
        station_organisation_id=bodies.first,
        approved_at=first.decided_at or now(),
        story_version=1,
        story=Story(title="Người giữ lửa", summary="Mười năm giữ đường làng sạch."),
        channel_kinds=["newspaper", "portal"],
        subject_type="individual",
        subject_name="Trần Thị Hoa",
        kind="exemplar",
        nominator_id=bodies.nominator.id,
        approver_id=bodies.approver.id,
        next_organisation_id=bodies.second,
    )
    recommended = NominationRecommended(
        **about(nomination, bodies),
        from_organisation_id=bodies.first,
        station_id=second.id,
        station_number=2,
        station_organisation_id=bodies.second,
    )
    return approved, released, recommended
