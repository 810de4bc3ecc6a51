"""Consent, holds, and what they release and recall."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.actions.consent import ConsentIdTaken, RoleNotNeeded
from services.nominations.actions.needed import Needed, agreed, missing
from services.nominations.models import Nomination
from shared.clock import today
from shared.errors import NotFound, StepNotPossible
from shared.events.base import Event
from shared.events.nominations import Picture, StoryRecalled, StoryReleased
from shared.files.tables import File
from tests.nominations.factories import (
    Facts,
    Ladder,
    approved,
    approved_twice,
    consent,
    consented,
    drafted,
    file,
    ladder,
)

HOUSEHOLD = {
    "subject_type": "household",
    "subject_name": "Gia đình ông Sáu",
    "household_adults": ["Lê Văn Sáu", "Phạm Thị Tư"],
}


def told(facts: list[Event]) -> list[tuple[str, int | None, list[str]]]:
    """Releases with station number and set, recalls with what remains."""
    found: list[tuple[str, int | None, list[str]]] = []
    for fact in facts:
        if isinstance(fact, StoryReleased):
            found.append(("released", fact.station_number, fact.channel_kinds))
        elif isinstance(fact, StoryRecalled):
            found.append(("recalled", None, fact.channel_kinds))
    return found


async def give(session: AsyncSession, bodies: Ladder, nomination: Nomination, *kinds: str, **who: Any) -> None:
    """The unit records somebody's yes."""
    await actions.record_consent(session, bodies.nominator, nomination.id, consent(*kinds, **who))


async def test_nothing_is_agreed_to_by_default(session: AsyncSession) -> None:
    bodies = await ladder(session)

    nomination = await drafted(session, bodies)

    assert agreed(nomination) == frozenset()
    assert missing(nomination) == [Needed("self")]


async def test_an_individual_agrees_for_himself(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    await give(session, bodies, nomination, "portal")
    await give(session, bodies, nomination, "newspaper")

    assert agreed(nomination) == {"portal", "newspaper"}
    assert missing(nomination) == []


async def test_a_child_of_seven_and_the_guardian_must_both_agree(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies, subject_is_child="seven_or_more")

    await give(session, bodies, nomination, "portal", "radio_tv")
    only_child = agreed(nomination)
    await give(session, bodies, nomination, "portal", "newspaper", role="guardian", name="Mẹ Hoa")

    assert only_child == frozenset()
    assert agreed(nomination) == {"portal"}


async def test_for_a_younger_child_the_guardian_alone_agrees(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies, subject_is_child="under_seven")

    with pytest.raises(RoleNotNeeded):
        await give(session, bodies, nomination, "portal")
    await give(session, bodies, nomination, "portal", role="guardian", name="Mẹ Hoa")

    assert agreed(nomination) == {"portal"}


async def test_two_guardians_must_agree_with_each_other(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies, subject_is_child="under_seven")

    await give(session, bodies, nomination, "portal", "newspaper", role="guardian", name="Mẹ Hoa")
    await give(session, bodies, nomination, "portal", role="guardian", name="Cha Nam")

    assert agreed(nomination) == {"portal"}


async def test_every_adult_of_a_household_must_agree(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies, **HOUSEHOLD)

    await give(session, bodies, nomination, "portal", role="adult", name="lê văn sáu")
    one = missing(nomination)
    await give(session, bodies, nomination, "portal", "newspaper", role="adult", name="Phạm Thị Tư")

    assert one == [Needed("adult", "Phạm Thị Tư")]
    assert agreed(nomination) == {"portal"}


async def test_somebody_who_is_not_named_in_the_household_cannot_agree(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies, **HOUSEHOLD)

    with pytest.raises(RoleNotNeeded):
        await give(session, bodies, nomination, "portal", role="adult", name="Người Khác")


async def test_a_household_without_named_adults_is_never_shown(session: AsyncSession) -> None:
    bodies = await ladder(session)

    nomination = await drafted(session, bodies, **{**HOUSEHOLD, "household_adults": []})

    assert (missing(nomination), agreed(nomination)) == ([Needed("adult")], frozenset())


async def test_a_collective_agrees_by_its_representative(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies, subject_type="collective")

    await give(session, bodies, nomination, "portal", role="representative", name="Tổ trưởng")

    assert agreed(nomination) == {"portal"}


async def test_consent_is_about_the_exemplar_it_was_given_for(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)
    await give(session, bodies, nomination, "portal")

    await actions.amend(
        session, bodies.nominator, nomination.id, {"subject_name": "Người Khác"}, version=nomination.version
    )

    assert agreed(nomination) == frozenset()


async def test_the_same_consent_again_changes_nothing(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)
    given = consent("portal")

    await actions.record_consent(session, bodies.nominator, nomination.id, given)
    await actions.record_consent(session, bodies.nominator, nomination.id, given)

    assert (len(nomination.consents), nomination.version) == (1, 2)


async def test_a_consent_repeated_on_another_day_without_a_date_is_the_same(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)
    given = consent("portal", given_on=today() - timedelta(days=2))
    await actions.record_consent(session, bodies.nominator, nomination.id, given)

    await actions.record_consent(session, bodies.nominator, nomination.id, replace(given, given_on=None))

    assert [c.given_on for c in nomination.consents] == [today() - timedelta(days=2)]
    with pytest.raises(ConsentIdTaken):
        await actions.record_consent(session, bodies.nominator, nomination.id, replace(given, given_on=today()))


async def test_another_consent_under_a_used_id_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)
    used = uuid4()
    await give(session, bodies, nomination, "portal", id=used)

    with pytest.raises(ConsentIdTaken):
        await give(session, bodies, nomination, "newspaper", id=used)


async def test_the_proof_file_is_attached_at_any_time(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    proof = await file(session, bodies.nominator, media_type="application/pdf")

    await give(session, bodies, nomination, "portal", proof_file_id=proof, statement=None)

    kept = await session.get(File, proof)
    assert kept is not None
    assert kept.attached_to == nomination.id


async def test_consent_after_the_approval_releases(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    facts = Facts(session)

    await consented(session, bodies, nomination, "portal")
    await consented(session, bodies, nomination, "newspaper")

    assert told(facts()) == [("released", 1, ["portal"]), ("released", 1, ["newspaper", "portal"])]


async def test_a_release_carries_the_pictures_by_their_keys(session: AsyncSession) -> None:
    bodies = await ladder(session)
    picture = await file(session, bodies.nominator)
    pictures = [{"file_id": picture, "alternative": "Bà Hoa bên đường làng"}]
    nomination = await approved(session, bodies, pictures=pictures)
    row = await session.get(File, picture)
    assert row is not None
    facts = Facts(session)

    await consented(session, bodies, nomination, "portal")

    released = facts()[0]
    assert isinstance(released, StoryReleased)
    assert released.story.pictures == [
        Picture(
            file_id=picture,
            key=row.key,
            media_type="image/jpeg",
            size_bytes=3,
            sha256="0" * 64,
            alternative="Bà Hoa bên đường làng",
        )
    ]


async def test_every_approved_station_releases(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved_twice(session, bodies)
    facts = Facts(session)

    await consented(session, bodies, nomination, "portal")

    assert told(facts()) == [("released", 1, ["portal"]), ("released", 2, ["portal"])]


async def test_withdrawn_consent_recalls_what_it_alone_allowed(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    await consented(session, bodies, nomination, "portal")
    await consented(session, bodies, nomination, "newspaper")
    newspaper = nomination.consents[1]
    facts = Facts(session)

    for _ in range(2):
        await actions.withdraw_consent(session, bodies.nominator, nomination.id, newspaper.id)

    assert facts() == [
        StoryRecalled(
            nomination_id=nomination.id,
            station_id=nomination.stations[0].id,
            station_organisation_id=bodies.first,
            lost_kinds=["newspaper"],
            channel_kinds=["portal"],
        )
    ]
    assert newspaper.withdrawn_by == bodies.nominator.id


async def test_withdrawing_an_unknown_consent_is_not_found(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    with pytest.raises(NotFound):
        await actions.withdraw_consent(session, bodies.nominator, nomination.id, uuid4())


async def test_a_hold_recalls_from_every_station_and_lifting_it_releases_again(
    session: AsyncSession,
) -> None:
    bodies = await ladder(session)
    nomination = await approved_twice(session, bodies)
    await consented(session, bodies, nomination, "portal")
    facts = Facts(session)

    await actions.place_hold(session, bodies.approver, nomination.id, "Có đơn thư.")
    hold = nomination.holds[0]
    for _ in range(2):
        await actions.lift_hold(session, bodies.approver, nomination.id, hold.id)

    assert told(facts()) == [
        ("recalled", None, []),
        ("recalled", None, []),
        ("released", 1, ["portal"]),
        ("released", 2, ["portal"]),
    ]
    assert (hold.organisation_id, hold.lifted_by) == (bodies.first, bodies.approver.id)


async def test_a_hold_placed_before_the_approval_stops_the_release(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    above = bodies.approver_above
    await actions.place_hold(session, above, nomination.id, "Xác minh.")
    facts = Facts(session)

    await consented(session, bodies, nomination, "portal")

    assert facts() == []


async def test_while_another_hold_stands_nothing_is_released(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved_twice(session, bodies)
    await consented(session, bodies, nomination, "portal")
    await actions.place_hold(session, bodies.approver, nomination.id, "Có đơn thư.")
    await actions.place_hold(session, bodies.approver_above, nomination.id, "Xác minh.")
    facts = Facts(session)

    await actions.lift_hold(session, bodies.approver, nomination.id, nomination.holds[0].id)

    assert facts() == []


async def test_a_hold_on_what_was_declined_is_not_possible(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    station = nomination.stations[0].id
    await actions.revoke(session, bodies.approver, nomination.id, station, reason="Sai.", version=nomination.version)

    with pytest.raises(StepNotPossible):
        await actions.place_hold(session, bodies.approver, nomination.id, "Có đơn thư.")


async def test_lifting_an_unknown_hold_is_not_found(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)

    with pytest.raises(NotFound):
        await actions.lift_hold(session, bodies.approver, nomination.id, uuid4())
