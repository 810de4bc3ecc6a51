"""A small ladder of bodies and people, and nominations walked to a state by the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.actions import ConsentGiven
from services.nominations.models import Nomination
from services.nominations.schemas.asked import Draft
from shared.auth import Actor, HeldOffice, Role
from shared.clock import now, today
from shared.directory.copies import keep_office, keep_organisation
from shared.events.base import Event
from shared.events.plans import DatedName, Edge, Heir, OfficeChanged, OrganisationChanged
from shared.files.tables import File
from shared.road.outbox import mark, recorded


async def organisation(
    session: AsyncSession,
    name: str,
    *,
    above: UUID | None = None,
    edge: str = "line_of_command",
    valid_to: date | None = None,
    heirs: Sequence[UUID] = (),
    id: UUID | None = None,
) -> UUID:
    """A body as its fact says."""
    id = id or uuid4()
    await keep_organisation(
        session,
        OrganisationChanged(
            organisation_id=id,
            slug=f"body-{id}",
            hierarchy="state",
            names=[DatedName(name=name)],
            edges=[Edge(type=edge, to_id=above)] if above else [],
            heirs=[Heir(organisation_id=heir, principal=heir == heirs[0]) for heir in heirs],
            valid_to=valid_to,
        ),
    )
    return id


def person(name: str, *posts: tuple[Role, UUID], id: UUID | None = None) -> Actor:
    """Somebody with these offices today."""
    return Actor("person", id or uuid4(), name, tuple(HeldOffice(body, role) for role, body in posts))


async def office(session: AsyncSession, person_id: UUID, role: Role, body: UUID) -> None:
    """An office in this service's copy of the directory, for tests through the door."""
    await keep_office(
        session,
        OfficeChanged(
            office_id=uuid4(),
            person_id=person_id,
            person_name="Người thử",
            organisation_id=body,
            role=role,
            from_on=today() - timedelta(days=30),
        ),
    )


@dataclass(frozen=True)
class Ladder:
    """A unit, the body above it, and the body above that; with their people."""

    unit: UUID
    first: UUID
    second: UUID
    nominator: Actor
    reviewer: Actor
    approver: Actor
    approver_above: Actor


async def ladder(session: AsyncSession) -> Ladder:
    """Three bodies in one line of command."""
    second = await organisation(session, "Ban TĐKT tỉnh mẫu")
    first = await organisation(session, "Phòng Nội vụ mẫu", above=second)
    unit = await organisation(session, "Khu dân cư mẫu", above=first)
    return Ladder(
        unit,
        first,
        second,
        nominator=person("Mai", (Role.NOMINATOR, unit)),
        reviewer=person("Bình", (Role.REVIEWER, first)),
        approver=person("An", (Role.APPROVER, first)),
        approver_above=person("Đức", (Role.APPROVER, second)),
    )


def content(bodies: Ladder, **changes: Any) -> dict[str, Any]:
    """What the unit sends; five dull fields unless told otherwise."""
    draft: dict[str, Any] = {
        "organisation_id": bodies.unit,
        "subject_type": "individual",
        "subject_name": "Trần Thị Hoa",
        "title": "Người giữ lửa",
        "summary": "Mười năm giữ đường làng sạch.",
        **changes,
    }
    return Draft.model_validate(draft).content()


async def drafted(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    """A draft of the unit's nominator."""
    nomination, _ = await actions.put_draft(
        session, bodies.nominator, uuid4(), content(bodies, **changes), version=None
    )
    return nomination


async def submitted(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    """Waiting at its first station."""
    nomination = await drafted(session, bodies, **changes)
    return await actions.submit(session, bodies.nominator, nomination.id, version=nomination.version)


async def in_review(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    """Taken up at its first station."""
    nomination = await submitted(session, bodies, **changes)
    return await actions.take_up(session, bodies.reviewer, nomination.id, version=nomination.version)


async def returned(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    """Sent back by its first station because of its summary."""
    nomination = await in_review(session, bodies, **changes)
    remarks = [("summary", "Nêu rõ số hộ.")]
    return await actions.return_to_unit(session, bodies.reviewer, nomination.id, remarks, version=nomination.version)


async def approved(session: AsyncSession, bodies: Ladder, *, recommend: bool = True, **changes: Any) -> Nomination:
    """Approved at its first station; the second is open unless it was not recommended."""
    nomination = await in_review(session, bodies, **changes)
    return await actions.approve(
        session, bodies.approver, nomination.id, version=nomination.version, recommend=recommend
    )


async def approved_twice(session: AsyncSession, bodies: Ladder, **changes: Any) -> Nomination:
    """Approved at both stations."""
    nomination = await approved(session, bodies, **changes)
    nomination = await actions.take_up(session, bodies.approver_above, nomination.id, version=nomination.version)
    return await actions.approve(
        session, bodies.approver_above, nomination.id, version=nomination.version, recommend=True
    )


def consent(*kinds: str, role: str = "self", name: str = "Trần Thị Hoa", **changes: Any) -> ConsentGiven:
    """A recorded yes to these channel kinds."""
    values: dict[str, Any] = {"statement": "Tôi đồng ý.", **changes}
    return ConsentGiven(values.pop("id", None) or uuid4(), name, role, kinds, **values)


async def consented(session: AsyncSession, bodies: Ladder, nomination: Nomination, *kinds: str) -> Nomination:
    """With the subject's consent to these kinds."""
    return await actions.record_consent(session, bodies.nominator, nomination.id, consent(*kinds))


async def file(session: AsyncSession, owner: Actor, *, media_type: str = "image/jpeg", completed: bool = True) -> UUID:
    """A file of this person."""
    row = File(
        id=uuid4(),
        key=f"nominations/{uuid4()}",
        name="tep.jpg",
        media_type=media_type,
        size_bytes=3,
        sha256="0" * 64,
        created_by=owner.id,
        created_at=now(),
        completed_at=now() if completed else None,
    )
    session.add(row)
    await session.flush()
    return row.id


def about(nomination: Nomination, bodies: Ladder) -> dict[str, Any]:
    """What every fact of a nomination of these bodies begins with."""
    return {
        "nomination_id": nomination.id,
        "organisation_id": bodies.unit,
        "nominator_id": bodies.nominator.id,
        "title": "Người giữ lửa",
    }


class Facts:
    """The facts recorded in a session since this was made."""

    def __init__(self, session: AsyncSession) -> None:
        self.session, self.start = session, mark(session)

    def __call__(self) -> list[Event]:
        """In the order of recording."""
        return recorded(self.session)[self.start :]
