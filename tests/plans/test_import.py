"""The directory from the command line: its first entries, and a whole file at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.actions.directory import DirectoryInUse
from services.plans.lineage import (
    EndsBeforeStart,
)
from services.plans.models import Movement
from services.plans.queries.directory import whole_organisations
from services.plans.schemas import DirectoryDocument, FirstEntries, organisation_id
from shared.audit import AuditRow
from shared.auth import OPERATOR, Role
from shared.auth.actor import person_id
from shared.db import new_id
from shared.directory.tables import Office, Organisation
from shared.errors import NotAllowed, NotKnownYet
from shared.road.outbox import recorded
from tests.plans import factories as make

DOCUMENT = {
    "source": "Kế hoạch 221/KH-UBND",
    "organisations": [
        {"slug": "con-dao", "hierarchy": "state", "names": [{"name": "UBND đặc khu Côn Đảo"}]},
        {
            "slug": "phong-noi-vu",
            "hierarchy": "state",
            "names": [{"name": "Phòng Nội vụ"}],
            "edges": [{"type": "line_of_command", "to": "con-dao"}],
            "heirs": [{"organisation": "con-dao", "source": "giả định cho bản trình diễn"}],
        },
    ],
    "offices": [
        {
            "organisation": "con-dao",
            "issuer": "urn:x",
            "subject": "mai",
            "person_name": "Mai",
            "role": "approver",
            "from_on": "2026-01-01",
        }
    ],
    "channels": [{"organisation": "con-dao", "kind": "portal", "name": "Trang thông tin điện tử"}],
    "movements": [{"name": "Lao động giỏi", "aliases": ["Lao động sáng tạo"]}],
}


async def test_import_resolves_slugs_and_is_repeatable(session: AsyncSession) -> None:
    given = DirectoryDocument.model_validate(DOCUMENT).directory()

    first = await actions.import_directory(session, OPERATOR, given)
    facts = len(recorded(session))
    second = await actions.import_directory(session, OPERATOR, given)

    assert first == actions.Imported(organisations=2, offices=1, channels=1, movements=1)
    assert second == actions.Imported(unchanged=5)
    assert (facts, len(recorded(session))) == (5, 5)
    unit = (await whole_organisations(session, [organisation_id("phong-noi-vu")])).popitem()[1]
    assert [edge.to_id for edge in unit.edges] == [organisation_id("con-dao")]
    assert (await session.scalars(select(Office.person_id))).all() == [person_id("urn:x", "mai")]


@pytest.mark.parametrize(
    ("part", "entry", "error"),
    [
        (
            "organisations",
            {"slug": "x", "hierarchy": "s", "names": [{"name": "X"}], "edges": [{"type": "part_of", "to": "y"}]},
            NotKnownYet,
        ),
        (
            "offices",
            {
                "organisation": "y",
                "person_id": str(new_id()),
                "person_name": "A",
                "role": "editor",
                "from_on": "2026-01-01",
            },
            NotKnownYet,
        ),
        ("channels", {"organisation": "y", "kind": "portal", "name": "x"}, NotKnownYet),
        (
            "channels",
            {"organisation": "con-dao", "kind": "portal", "name": "x", "from_on": "2026-02-01", "to_on": "2026-01-01"},
            EndsBeforeStart,
        ),
    ],
)
async def test_import_writes_nothing_when_one_entry_is_wrong(
    session: AsyncSession, part: str, entry: dict[str, Any], error: type[Exception]
) -> None:
    document = {**DOCUMENT, part: [*DOCUMENT[part], entry]}
    given = DirectoryDocument.model_validate(document).directory()

    with pytest.raises(error):
        await actions.import_directory(session, OPERATOR, given)

    assert await session.scalar(select(func.count()).select_from(Organisation)) == 0
    assert recorded(session) == []


async def test_import_is_for_the_operator(session: AsyncSession) -> None:
    with pytest.raises(NotAllowed):
        await actions.import_directory(session, make.actor((new_id(), Role.ADMINISTRATOR)), actions.Directory())


FIRST = FirstEntries.model_validate(
    {
        "organisation": DOCUMENT["organisations"][0],
        "issuer": "urn:x",
        "subject": "an",
        "person_name": "An",
        "from_on": "2026-01-01",
    }
)


async def test_init_makes_the_first_administrator_audited_as_operator(session: AsyncSession) -> None:
    await actions.init_directory(session, OPERATOR, *FIRST.facts())

    (office,) = (await session.scalars(select(Office))).all()
    assert (office.role, office.person_id) == ("administrator", person_id("urn:x", "an"))
    kinds = (await session.scalars(select(AuditRow.actor_kind).distinct())).all()
    assert list(kinds) == ["operator"]


async def test_init_works_only_once(session: AsyncSession) -> None:
    await actions.init_directory(session, OPERATOR, *FIRST.facts())

    with pytest.raises(DirectoryInUse):
        await actions.init_directory(session, OPERATOR, *FIRST.facts())


async def test_a_movement_s_entry_is_kept_by_the_body_that_is_named(session: AsyncSession) -> None:
    movement = {"name": "Lao động giỏi", "organisation": "con-dao"}
    await actions.import_directory(
        session, OPERATOR, DirectoryDocument.model_validate({**DOCUMENT, "movements": [movement]}).directory()
    )

    (row,) = (await session.scalars(select(Movement))).all()

    assert row.organisation_id == organisation_id("con-dao")
