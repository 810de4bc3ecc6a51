"""What nominations hears: each handler once, and once repeated."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.consumers import consumer
from services.nominations.models import Extension, Item, Movement, Obligation, Plan
from shared.auth import Role
from shared.directory.tables import Office, Organisation
from shared.events import CATALOGUE, Event, Period
from shared.events.plans import (
    DatedName,
    DeadlineExtended,
    MovementChanged,
    ObligationPart,
    OfficeChanged,
    OrganisationChanged,
    PlanAmended,
    PlanIssued,
    PlanWithdrawn,
)
from shared.events.publicity import (
    ItemPublished,
    ItemWithdrawn,
    PlacementConfirmed,
    PlacementPart,
    PublishedStory,
)

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ITEM = {
    "item_id": uuid4(),
    "nomination_id": uuid4(),
    "owner_id": uuid4(),
    "organisation_id": uuid4(),
    "edition": 1,
    "url": "https://cong.example/tin/1",
}
PEOPLE = {"nominator_id": uuid4(), "approver_id": uuid4()}


def place(name: str) -> PlacementPart:
    """The item on one channel."""
    return PlacementPart(placement_id=uuid4(), channel_id=uuid4(), kind="portal", name=name)


async def hear(session: AsyncSession, *facts: Event) -> None:
    """As the inbox does."""
    for fact in facts:
        await consumer.hearings[fact.type()].handler(session, fact)
    await session.flush()
    session.expire_all()


def test_what_is_heard_is_what_the_catalogue_says() -> None:
    said = {
        type_ for type_, fact in CATALOGUE.items() if "nominations" in (fact.__doc__ or "").partition("Heard by:")[2]
    }

    assert consumer.hearings.keys() == said


@pytest.mark.parametrize("times", [1, 2])
async def test_the_directory_is_kept(session: AsyncSession, times: int) -> None:
    body = OrganisationChanged(
        organisation_id=uuid4(), slug="khu-mau", hierarchy="state", names=[DatedName(name="Khu mẫu")]
    )
    office = OfficeChanged(
        office_id=uuid4(),
        person_id=uuid4(),
        person_name="Mai",
        organisation_id=body.organisation_id,
        role=Role.NOMINATOR,
        from_on=date(2026, 1, 1),
    )

    await hear(session, *[body, office] * times)

    assert list(await session.scalars(select(Organisation.slug))) == ["khu-mau"]
    assert list(await session.scalars(select(Office.role))) == ["nominator"]


@pytest.mark.parametrize("times", [1, 2])
async def test_a_plan_is_kept_amended_and_withdrawn(session: AsyncSession, times: int) -> None:
    kept, dropped = (
        ObligationPart(obligation_id=uuid4(), label=label, kind="nominate", to_ids=[uuid4()]) for label in ("Giữ", "Bỏ")
    )
    plan = {
        "plan_id": uuid4(),
        "issuer_id": uuid4(),
        "code": "221/KH-UBND",
        "title": "Kế hoạch mẫu",
        "issued_on": date(2026, 1, 2),
        "period_kind": "year",
    }
    issued = PlanIssued.model_validate({**plan, "obligations": [dropped, kept]})
    amended = PlanAmended.model_validate({**plan, "title": "Kế hoạch sửa đổi", "obligations": [kept]})
    withdrawn = PlanWithdrawn.model_validate(plan)

    await hear(session, *[issued] * times, *[amended] * times, *[withdrawn] * times)

    rows = await session.scalars(select(Obligation).order_by(Obligation.label))
    assert [(row.label, row.position, row.to_ids) for row in rows] == [
        ("Bỏ", None, [str(dropped.to_ids[0])]),
        ("Giữ", 0, [str(kept.to_ids[0])]),
    ]
    stored = (await session.scalars(select(Plan))).one()
    assert (stored.title, stored.withdrawn) == ("Kế hoạch sửa đổi", True)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_movement_is_kept(session: AsyncSession, times: int) -> None:
    movement = MovementChanged(movement_id=uuid4(), name="Cả nước chung sức")

    await hear(session, *[movement] * times)

    assert list(await session.scalars(select(Movement.name))) == ["Cả nước chung sức"]


@pytest.mark.parametrize("times", [1, 2])
async def test_an_extension_is_kept(session: AsyncSession, times: int) -> None:
    extended = DeadlineExtended(
        duty_id=uuid4(),
        plan_id=uuid4(),
        plan_code=None,
        obligation_id=uuid4(),
        organisation_id=uuid4(),
        period=Period(key="2026-Q4", start_on=date(2026, 10, 1), end_on=date(2026, 12, 31)),
        minimum=1,
        counted=0,
        due_before=AT,
        to_id=None,
        via_id=None,
    )

    await hear(session, *[extended] * times)

    row = (await session.scalars(select(Extension))).one()
    assert (row.period_key, row.due_before) == ("2026-Q4", AT)


@pytest.mark.parametrize("times", [1, 2])
async def test_an_item_is_kept_grows_is_taken_down_and_returns(session: AsyncSession, times: int) -> None:
    first, second = place("Cổng thứ nhất"), place("Cổng thứ hai")
    published = ItemPublished.model_validate(
        {
            **ITEM,
            **PEOPLE,
            "story": PublishedStory(title="Tin", summary="Tóm tắt"),
            "subject_type": "individual",
            "subject_name": "Trần Thị Hoa",
            "kind": "exemplar",
            "placements": [first],
            "published_at": AT,
        }
    )
    confirmed = PlacementConfirmed.model_validate({**ITEM, "placement": second, "placed_at": AT})
    withdrawn = ItemWithdrawn.model_validate({**ITEM, **PEOPLE, "withdrawal": "gone", "withdrawn_at": AT})

    await hear(session, *[published] * times, *[confirmed] * times)
    shown = (await session.scalars(select(Item))).one()
    names = [placement["name"] for placement in shown.placements]
    states = [shown.state]
    for fact in (withdrawn, published):
        await hear(session, *[fact] * times)
        states.append((await session.scalars(select(Item.state))).one())

    assert names == ["Cổng thứ nhất", "Cổng thứ hai"]
    assert states == ["published", "gone", "published"]


async def test_of_an_unknown_item_a_placement_is_harmless_and_a_withdrawal_is_kept(session: AsyncSession) -> None:
    confirmed = PlacementConfirmed.model_validate({**ITEM, "placement": place("Cổng"), "placed_at": AT})
    withdrawn = ItemWithdrawn.model_validate({**ITEM, **PEOPLE, "withdrawal": "gone", "withdrawn_at": AT})

    await hear(session, confirmed)
    placed = list(await session.scalars(select(Item)))
    await hear(session, withdrawn)

    (item,) = await session.scalars(select(Item))
    assert placed == []
    assert (item.state, item.placements, item.published_at) == ("gone", [], None)
