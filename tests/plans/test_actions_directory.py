"""The directory: every result, its recorded facts, and each refusal."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.lineage import (
    CycleInTree,
    EdgeToItself,
    EndsBeforeStart,
    HeirOfItself,
    OverlappingDates,
    StatedTwice,
)
from services.plans.queries.directory import whole_organisations
from shared.auth import Role
from shared.errors import NotAllowed, NotKnownYet, PreconditionFailed, PreconditionRequired
from shared.events.plans import (
    DatedName,
    Edge,
    Heir,
    Identifier,
)
from shared.road.outbox import recorded
from tests.plans import factories as make

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)


async def test_put_organisation_is_announced_whole_and_read_as_of_a_day(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    other = make.body("tp-hcm")
    await make.put_in(session, other)
    command = Edge(type="line_of_command", to_id=top.organisation_id, to_on=JUNE)
    fact = make.body("con-dao").model_copy(
        update={
            "names": [
                DatedName(name="UBND đặc khu Côn Đảo", level="xã", kind="đặc khu", from_on=JULY),
                DatedName(name="UBND huyện Côn Đảo", level="huyện", to_on=JUNE),
            ],
            "edges": [
                command,
                command.model_copy(update={"to_id": other.organisation_id, "from_on": JULY, "to_on": None}),
            ],
            "identifiers": [Identifier(scheme="QD20", value="H05.01")],
            "heirs": [Heir(organisation_id=other.organisation_id, source="giả định")],
        }
    )
    # given to another superior from July on, so it must be his on the day it is entered
    fact = fact.model_copy(update={"edges": [*fact.edges, Edge(type="part_of", to_id=top.organisation_id)]})

    row, new = await actions.put_organisation(session, by, fact, version=None)

    stored = (await whole_organisations(session, [row.id]))[row.id]
    assert (new, row.version) == (True, 1)
    assert [name.name for name in stored.names] == ["UBND huyện Côn Đảo", "UBND đặc khu Côn Đảo"]
    assert recorded(session)[-1] == stored


async def test_the_same_organisation_again_changes_nothing(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    unit = make.body("phong", above=top.organisation_id)
    await actions.put_organisation(session, by, unit, version=None)
    before = len(recorded(session))

    row, new = await actions.put_organisation(session, by, unit, version=None)

    assert (new, row.version, len(recorded(session))) == (False, 1, before)


async def test_changing_an_organisation_needs_the_version_read(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    other = top.model_copy(update={"hierarchy": "party"})

    with pytest.raises(PreconditionRequired):
        await actions.put_organisation(session, by, other, version=None)
    with pytest.raises(PreconditionFailed):
        await actions.put_organisation(session, by, other, version=7)
    row, new = await actions.put_organisation(session, by, other, version=1)

    assert (new, row.version, row.hierarchy) == (False, 2, "party")


def named(*days: tuple[date | None, date | None]) -> list[DatedName]:
    """Names on these days."""
    return [DatedName(name=f"Tên {n}", from_on=start, to_on=end) for n, (start, end) in enumerate(days)]


A, B = UUID(int=1), UUID(int=2)


def edged(*edges: tuple[str, UUID, date | None, date | None]) -> list[Edge]:
    """Edges of these types to these bodies on these days."""
    return [Edge(type=kind, to_id=to_id, from_on=start, to_on=end) for kind, to_id, start, end in edges]


@pytest.mark.parametrize(
    ("wrong", "error", "pointer"),
    [
        ({"names": named((None, JUNE), (JUNE, None))}, OverlappingDates, "#/names/1"),
        ({"names": named((None, None), (JULY, None))}, OverlappingDates, "#/names/1"),
        ({"names": named((JULY, JUNE))}, EndsBeforeStart, "#/names/0/to_on"),
        ({"valid_from": JULY, "valid_to": JUNE}, EndsBeforeStart, "#/valid_to"),
        (
            {"edges": edged(("line_of_command", A, None, JUNE), ("line_of_command", B, JUNE, None))},
            OverlappingDates,
            "#/edges/1",
        ),
        (
            {"edges": edged(("member_of_bloc", A, None, None), ("member_of_bloc", A, JUNE, None))},
            OverlappingDates,
            "#/edges/1",
        ),
        ({"edges": edged(("part_of", A, JULY, JUNE))}, EndsBeforeStart, "#/edges/0/to_on"),
        ({"heirs": [Heir(organisation_id=A), Heir(organisation_id=A, principal=False)]}, HeirOfItself, "#/heirs"),
        ({"heirs": [Heir(organisation_id=A), Heir(organisation_id=B)]}, HeirOfItself, "#/heirs"),
        ({"identifiers": [Identifier(scheme="x", value="1")] * 2}, StatedTwice, "#/identifiers"),
    ],
)
async def test_put_organisation_refuses(
    session: AsyncSession, wrong: dict[str, Any], error: type[Exception], pointer: str
) -> None:
    top, by = await make.ruled(session)

    with pytest.raises(error) as refused:
        await actions.put_organisation(session, by, top.model_copy(update=wrong), version=1)

    assert refused.value.pointer == pointer  # type: ignore[attr-defined]
    assert len(recorded(session)) == 1


async def test_two_blocs_or_two_guides_at_once_are_fine(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    one, other = make.body("khoi-1"), make.body("khoi-2")
    await make.put_in(session, one, other)
    edges = edged(
        ("member_of_bloc", one.organisation_id, None, None),
        ("member_of_bloc", other.organisation_id, None, None),
        ("professional_guidance", one.organisation_id, None, None),
    )

    row, _ = await actions.put_organisation(session, by, top.model_copy(update={"edges": edges}), version=1)

    assert row.version == 2


async def test_a_body_is_not_its_own_heir_and_has_no_edge_to_itself(session: AsyncSession) -> None:
    top, by = await make.ruled(session)

    with pytest.raises(HeirOfItself):
        await actions.put_organisation(
            session, by, top.model_copy(update={"heirs": [Heir(organisation_id=top.organisation_id)]}), version=1
        )
    with pytest.raises(EdgeToItself):
        await actions.put_organisation(
            session,
            by,
            top.model_copy(update={"edges": edged(("part_of", top.organisation_id, None, None))}),
            version=1,
        )


@pytest.mark.parametrize("back", ["line_of_command", "part_of", "standing_office_of"])
async def test_a_cycle_in_the_tree_is_refused(session: AsyncSession, back: str) -> None:
    top, by = await make.ruled(session)
    unit = make.body("phong", above=top.organisation_id)
    desk = make.body("to", above=unit.organisation_id)
    await make.put_in(session, unit, desk)

    with pytest.raises(CycleInTree):
        await actions.put_organisation(
            session,
            by,
            top.model_copy(update={"edges": edged((back, desk.organisation_id, None, None))}),
            version=1,
        )


async def test_the_other_way_round_at_another_time_is_no_cycle(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    until_june = make.body("phong", edges=edged(("line_of_command", top.organisation_id, None, JUNE)))
    await make.put_in(session, until_june)
    since_july = edged(("line_of_command", until_june.organisation_id, JULY, None))

    row, _ = await actions.put_organisation(session, by, top.model_copy(update={"edges": since_july}), version=1)

    assert row.version == 2


async def test_an_edge_to_a_body_nobody_knows_is_refused(session: AsyncSession) -> None:
    top, by = await make.ruled(session)

    with pytest.raises(NotKnownYet) as refused:
        await actions.put_organisation(
            session, by, top.model_copy(update={"edges": edged(("part_of", A, None, None))}), version=1
        )

    assert refused.value.params == {"id": str(A)}


async def test_a_slug_belongs_to_one_body(session: AsyncSession) -> None:
    top, by = await make.ruled(session)

    with pytest.raises(actions.SlugTaken):
        await actions.put_organisation(session, by, make.body("ubnd", above=top.organisation_id), version=None)


async def test_a_new_body_must_stand_under_one_of_the_administrators(session: AsyncSession) -> None:
    _, by = await make.ruled(session)

    with pytest.raises(NotAllowed):
        await actions.put_organisation(session, by, make.body("noi-khac"), version=None)


async def test_an_administrator_does_not_change_what_is_above_him(session: AsyncSession) -> None:
    top, _ = await make.ruled(session)
    unit = make.body("phong", above=top.organisation_id)
    await make.put_in(session, unit)
    by = make.actor((unit.organisation_id, Role.ADMINISTRATOR))

    with pytest.raises(NotAllowed):
        await actions.put_organisation(session, by, top.model_copy(update={"hierarchy": "party"}), version=1)
