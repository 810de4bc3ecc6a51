"""What a request leaves behind is written in one statement, and says what the ORM would have written."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from services.nominations import actions, queries
from services.nominations.actions.present import open_station
from services.nominations.ladder import Rung
from services.nominations.models import Nomination, Remark, Station
from services.nominations.schemas.given import NominationView
from services.nominations.workflow import StationState
from shared import at_once
from shared.audit import AuditRow
from shared.db import Database, new_id, plain
from shared.pending import MOST
from tests.counting import statements
from tests.nominations import factories as make

PARTS = ("stations", "remarks", "recusals", "consents", "holds")


def told(nomination: Nomination) -> dict[str, Any]:
    """All that its people see of it."""
    return NominationView.of(nomination).model_dump()


async def by_orm(session: AsyncSession, nomination: Nomination) -> Nomination:
    """As SQLAlchemy reads it, a statement for each part."""
    session.expunge_all()
    parts = [selectinload(getattr(Nomination, part)) for part in PARTS]
    return (await session.scalars(select(Nomination).where(Nomination.id == nomination.id).options(*parts))).one()


async def rich(session: AsyncSession) -> tuple[make.Ladder, Nomination]:
    """With something of every part."""
    bodies = await make.ladder(session)
    nomination = await make.returned(session, bodies, results=[{"label": "Hộ tham gia", "value": "24/24"}])
    await make.consented(session, bodies, nomination, "portal", "newspaper")
    await actions.recuse(session, bodies.reviewer, nomination.id, "Người nhà.")
    nomination = await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)
    nomination = await actions.take_up(session, bodies.approver, nomination.id, version=nomination.version)
    nomination = await actions.approve(
        session, bodies.approver, nomination.id, version=nomination.version, recommend=True
    )
    return bodies, await actions.place_hold(session, bodies.approver, nomination.id, "Xác minh.")


async def test_a_whole_read_plainly_is_what_the_orm_reads(session: AsyncSession) -> None:
    _, nomination = await rich(session)
    await session.flush()
    expected = told(await by_orm(session, nomination))
    session.expunge_all()

    found = await queries.nomination_whole(session, nomination.id)

    assert told(found) == expected
    assert all(len(getattr(found, part)) > 0 for part in PARTS)
    assert all(row in session for part in PARTS for row in (found, *getattr(found, part)))


async def test_a_row_that_the_session_knew_is_refreshed(session: AsyncSession) -> None:
    _, nomination = await rich(session)
    await session.flush()
    await (await plain(session)).execute("UPDATE nominations SET title = 'Tên khác' WHERE id = $1", nomination.id)
    await (await plain(session)).execute("DELETE FROM holds WHERE nomination_id = $1", nomination.id)

    found = await queries.nomination_to_change(session, nomination.id)

    assert (found is nomination, found.title, found.holds) == (True, "Tên khác", [])


async def test_what_is_pending_is_seen_by_who_reads(session: AsyncSession) -> None:
    _, nomination = await rich(session)
    nomination.title = "Tên mới"

    found = await queries.nomination_whole(session, nomination.id)

    assert found.title == "Tên mới"


async def test_changes_new_rows_and_audit_are_one_statement(database: Database, session: AsyncSession) -> None:
    bodies, nomination = await rich(session)
    await session.flush()
    decided = nomination.open_station
    assert decided is not None
    decided.state, nomination.version = StationState.APPROVED, nomination.version + 1
    # an index lets one station be open: the place is given up before it is taken
    open_station(nomination, Rung(bodies.unit))
    session.add(AuditRow(**_deed(nomination)))
    expected = told(nomination)

    with statements(database) as asked:
        await at_once.write(session)
        await session.flush()

    assert len(asked) == 1
    assert told(await by_orm(session, nomination)) == expected
    assert await session.scalar(select(AuditRow.action).where(AuditRow.action == "try")) == "try"


@pytest.mark.parametrize("way", ["write", "flush", "many"])
async def test_several_deeds_are_noted_in_one_write(session: AsyncSession, way: str) -> None:
    """The database numbers them: before they are written they have no keys, and afterwards nobody was told."""
    _, nomination = await rich(session)
    await session.flush()
    nomination.version += 1
    deeds = MOST + 1 if way == "many" else 2
    session.add_all([AuditRow(**_deed(nomination)) for _ in range(deeds)])

    await (at_once.flush(session) if way == "flush" else at_once.write(session))
    await session.flush()

    noted = select(func.count()).select_from(AuditRow).where(AuditRow.action == "try")
    assert await session.scalar(noted) == deeds


async def test_a_row_that_is_gone_is_not_passed_over(session: AsyncSession) -> None:
    _, nomination = await rich(session)
    await session.flush()
    await (await plain(session)).execute("DELETE FROM nominations WHERE id = $1", nomination.id)
    nomination.version += 1

    with pytest.raises(StaleDataError):
        await at_once.write(session)


@pytest.mark.parametrize("way", ["many", "deleted", "expression", "unfilled"])
async def test_what_only_the_orm_can_write_is_written_by_it(session: AsyncSession, way: str) -> None:
    _, nomination = await rich(session)
    await session.flush()
    expected: Any
    if way == "many":
        nomination.remarks += [_remark(nomination) for _ in range(MOST + 1)]
        expected = MOST + 2
    elif way == "deleted":
        await session.delete(nomination.remarks[0])
        expected = 0
    elif way == "expression":
        nomination.version = Nomination.version + 5
        expected = nomination_version = (await _version(session, nomination)) + 5
        assert nomination_version > 5
    else:
        station = _station(nomination)  # whose nomination it is, its relationship says
        nomination.stations.append(station)
        expected = len(nomination.stations)

    await at_once.write(session)

    found = await by_orm(session, nomination)
    seen = {"expression": found.version, "unfilled": len(found.stations)}.get(way, len(found.remarks))
    assert seen == expected


async def _version(session: AsyncSession, nomination: Nomination) -> int:
    version: int = await (await plain(session)).fetchval("SELECT version FROM nominations WHERE id = $1", nomination.id)
    return version


def _deed(nomination: Nomination) -> dict[str, Any]:
    return {
        "at": nomination.created_at,
        "actor_id": None,
        "actor_kind": "system",
        "action": "try",
        "subject_type": "nomination",
        "subject_id": nomination.id,
        "organisation_id": nomination.organisation_id,
        "fields": [],
        "correlation_id": None,
        "sealed_in": None,
    }


def _remark(nomination: Nomination) -> Remark:
    return Remark(
        id=new_id(),
        nomination_id=nomination.id,
        station_id=nomination.stations[0].id,
        field="summary",
        remark="Nêu rõ số hộ.",
        by_id=new_id(),
        at=nomination.created_at,
    )


def _station(nomination: Nomination) -> Station:
    return Station(
        id=new_id(),
        nomination_created_at=nomination.created_at,
        number=len(nomination.stations) + 1,
        organisation_id=nomination.organisation_id,
        state=StationState.CANCELLED,
        opened_at=nomination.created_at,
    )
