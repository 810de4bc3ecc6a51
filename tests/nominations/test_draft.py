"""Drafting: creating by a chosen id, changing, deleting; and what is frozen when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.actions.draft import FieldFixed, OrganisationEnded
from services.nominations.actions.story import NotAPicture
from services.nominations.models import Consent, Nomination
from services.nominations.workflow import State
from shared.audit import AuditRow
from shared.clock import today
from shared.errors import (
    NotAllowed,
    NotFound,
    NotKnownYet,
    PreconditionFailed,
    PreconditionRequired,
    StepNotPossible,
)
from shared.files.actions import FileAttachedElsewhere, FileNotCompleted, FileNotFound
from shared.files.tables import File
from tests.nominations.factories import (
    Facts,
    approved,
    consented,
    content,
    drafted,
    file,
    in_review,
    ladder,
    organisation,
    returned,
    submitted,
)


async def test_put_draft_creates_under_the_id_of_the_client(session: AsyncSession) -> None:
    bodies, facts, chosen = await ladder(session), Facts(session), uuid4()

    nomination, new = await actions.put_draft(session, bodies.nominator, chosen, content(bodies), version=None)

    assert (nomination.id, new, nomination.version, nomination.state) == (chosen, True, 1, State.DRAFT)
    assert nomination.nominator_id == bodies.nominator.id
    assert facts() == []
    audit = (await session.scalars(select(AuditRow))).one()
    assert (audit.action, audit.subject_id, audit.organisation_id) == ("draft", chosen, bodies.unit)


async def test_put_draft_with_the_same_content_changes_nothing(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    again, new = await actions.put_draft(session, bodies.nominator, nomination.id, content(bodies), version=None)

    assert (again.id, new, again.version) == (nomination.id, False, 1)


async def test_put_draft_with_other_content_needs_the_version(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)
    other = content(bodies, title="Tên khác")

    with pytest.raises(PreconditionRequired):
        await actions.put_draft(session, bodies.nominator, nomination.id, other, version=None)
    with pytest.raises(PreconditionFailed):
        await actions.put_draft(session, bodies.nominator, nomination.id, other, version=7)
    changed, _ = await actions.put_draft(session, bodies.nominator, nomination.id, other, version=1)

    assert (changed.title, changed.version) == ("Tên khác", 2)


async def test_put_draft_for_a_unit_not_known_yet_is_refused(session: AsyncSession) -> None:
    bodies, unknown = await ladder(session), uuid4()

    with pytest.raises(NotKnownYet) as refused:
        await actions.put_draft(
            session, bodies.nominator, uuid4(), content(bodies, organisation_id=unknown), version=None
        )

    assert (refused.value.params, refused.value.pointer) == ({"id": str(unknown)}, "#/organisation_id")


async def test_put_draft_for_a_unit_that_has_ended_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    await organisation(session, "Cũ", id=bodies.unit, valid_to=today() - timedelta(days=1))

    with pytest.raises(OrganisationEnded):
        await drafted(session, bodies)


async def test_put_draft_for_another_unit_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)

    with pytest.raises(NotAllowed):
        await drafted(session, bodies, organisation_id=bodies.first)


async def test_put_draft_on_the_id_of_another_unit_is_not_found(session: AsyncSession) -> None:
    bodies, others = await ladder(session), await ladder(session)
    nomination = await drafted(session, bodies)

    with pytest.raises(NotFound):
        await actions.put_draft(session, others.nominator, nomination.id, content(others), version=1)


@pytest.mark.parametrize("name", ["movement_id"])
async def test_a_draft_naming_what_is_not_known_yet_is_refused(session: AsyncSession, name: str) -> None:
    bodies, unknown = await ladder(session), uuid4()

    with pytest.raises(NotKnownYet) as refused:
        await drafted(session, bodies, **{name: unknown})

    assert refused.value.pointer == f"#/{name}"


async def test_amend_changes_what_is_named_and_audits_the_names(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    await actions.amend(
        session, bodies.nominator, nomination.id, {"body": "Bài viết.", "title": "Người giữ lửa"}, version=1
    )

    audit = (await session.scalars(select(AuditRow).where(AuditRow.action == "amend"))).one()
    assert (nomination.body, nomination.version, audit.fields) == ("Bài viết.", 2, ["body"])


async def test_amend_never_changes_the_unit(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    with pytest.raises(FieldFixed) as refused:
        await actions.amend(session, bodies.nominator, nomination.id, {"organisation_id": bodies.first}, version=1)

    assert refused.value.params == {"field": "organisation_id"}


async def test_what_was_submitted_is_frozen_until_it_is_returned(session: AsyncSession) -> None:
    bodies = await ladder(session)

    for nomination in [await submitted(session, bodies), await in_review(session, bodies)]:
        with pytest.raises(StepNotPossible):
            await actions.amend(session, bodies.nominator, nomination.id, {"title": "Mới"}, version=nomination.version)
    nomination = await returned(session, bodies)
    await actions.amend(session, bodies.nominator, nomination.id, {"title": "Mới"}, version=nomination.version)

    assert nomination.title == "Mới"


async def test_the_subject_is_fixed_once_a_station_approved(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    above = bodies.approver_above
    await actions.take_up(session, above, nomination.id, version=nomination.version)
    remarks = [("subject_name", "Ghi đủ họ tên.")]
    await actions.return_to_unit(session, above, nomination.id, remarks, version=nomination.version)

    with pytest.raises(FieldFixed) as refused:
        await actions.amend(
            session, bodies.nominator, nomination.id, {"subject_name": "Khác"}, version=nomination.version
        )

    assert refused.value.params == {"field": "subject_name"}


async def test_delete_leaves_nothing(session: AsyncSession) -> None:
    bodies, facts = await ladder(session), Facts(session)
    picture = await file(session, bodies.nominator)
    nomination = await drafted(session, bodies, pictures=[{"file_id": picture, "alternative": "Bà Hoa"}])
    await consented(session, bodies, nomination, "portal")

    await actions.delete_draft(session, bodies.nominator, nomination.id, version=nomination.version)
    await session.flush()

    assert await session.scalar(select(func.count()).select_from(Nomination)) == 0
    assert await session.scalar(select(func.count()).select_from(Consent)) == 0
    assert await session.scalar(select(File.attached_to).where(File.id == picture)) is None
    assert facts() == []


async def test_delete_is_only_for_drafts(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.delete_draft(session, bodies.nominator, nomination.id, version=nomination.version)


async def test_delete_needs_the_present_version(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    with pytest.raises(PreconditionFailed):
        await actions.delete_draft(session, bodies.nominator, nomination.id, version=9)


def _with_file(place: str, file_id: UUID) -> dict[str, Any]:
    if place == "evidence":
        return {"evidence": [file_id]}
    return {"pictures": [{"file_id": file_id, "alternative": "Ảnh"}]}


@pytest.mark.parametrize("place", ["evidence", "pictures"])
async def test_files_attach_to_the_draft_and_fall_off_again(session: AsyncSession, place: str) -> None:
    bodies = await ladder(session)
    kept = await file(session, bodies.nominator)

    nomination = await drafted(session, bodies, **_with_file(place, kept))
    attached = await session.scalar(select(File.attached_to).where(File.id == kept))
    await actions.amend(session, bodies.nominator, nomination.id, {place: []}, version=1)

    assert attached == nomination.id
    assert await session.scalar(select(File.attached_to).where(File.id == kept)) is None


async def test_a_file_must_be_ready_and_ones_own(session: AsyncSession) -> None:
    bodies, others = await ladder(session), await ladder(session)
    unfinished = await file(session, bodies.nominator, completed=False)
    foreign = await file(session, others.nominator)
    used = await file(session, bodies.nominator)
    await drafted(session, bodies, evidence=[used])

    with pytest.raises(FileNotCompleted):
        await drafted(session, bodies, evidence=[unfinished])
    with pytest.raises(FileNotFound):
        await drafted(session, bodies, evidence=[foreign])
    with pytest.raises(FileAttachedElsewhere):
        await drafted(session, bodies, evidence=[used])
    with pytest.raises(FileNotFound):
        await drafted(session, bodies, evidence=[uuid4()])


async def test_a_picture_must_be_a_picture(session: AsyncSession) -> None:
    bodies = await ladder(session)
    report = await file(session, bodies.nominator, media_type="application/pdf")

    with pytest.raises(NotAPicture) as refused:
        await drafted(session, bodies, **_with_file("pictures", report))

    assert refused.value.pointer == "#/pictures/0"
