"""A body of the directory that is no more on the plan's day is told wherever the plan names it, with its heir."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.plans import actions
from shared.auth import OPERATOR
from shared.db import Database, new_id
from shared.events.plans import DatedName, Edge, Heir, OrganisationChanged
from tests.plans.confirming.conftest import Desk
from tests.plans.confirming.texts import FOOT, OWN, QUARTERLY

GONE, TODAYS = "Phòng Lao động - Thương binh đặc khu Biển Xanh", "Phòng Nội vụ đặc khu Biển Xanh"
LAST = date(2025, 6, 30)
REPORTS = f"2. {GONE} báo cáo kết quả về Ủy ban nhân dân đặc khu Biển Xanh trước ngày 10/12/2026.\n"
RECEIVES = f"\nNơi nhận:\n- {GONE};\n- Lưu: VT.\n"


def body(desk: Desk, slug: str, name: DatedName, **given: Any) -> OrganisationChanged:
    """Under the issuer."""
    edges = [Edge(type="line_of_command", to_id=desk.top.organisation_id)]
    whole = {"organisation_id": new_id(), "heirs": [], **given}
    return OrganisationChanged(slug=slug, hierarchy="state", names=[name], edges=edges, **whole)


async def brought(database: Database, *bodies: OrganisationChanged) -> None:
    """Into the directory."""
    async with database.transaction() as session:
        await actions.import_directory(session, OPERATOR, actions.Directory(list(bodies), []))


async def ended(desk: Desk, database: Database, *, to_on: date | None = LAST, name: str = GONE) -> UUID:
    """One whose duties another has taken over."""
    heir = body(desk, "noi-vu", DatedName(name=TODAYS))
    heirs = [Heir(organisation_id=heir.organisation_id)]
    gone = body(desk, "lao-dong", DatedName(name=name, to_on=to_on), valid_to=LAST, heirs=heirs)
    await brought(database, heir, gone)
    return gone.organisation_id


async def told(desk: Desk, text: str, **given: str) -> list[tuple[str, str, str]]:
    """The leaf, name and heir of each ended body."""
    findings = (await desk.read(text, **given))["findings"]
    params = [(each["leaf"], each["params"]) for each in findings if each["kind"] == "body-ended"]
    return [(leaf, said["name"], said["heir"]) for leaf, said in params]


@pytest.mark.parametrize("to_on", [LAST, None], ids=["its name ended too", "its name did not"])
@pytest.mark.parametrize(
    ("text", "leaf"),
    [(OWN + QUARTERLY + REPORTS + FOOT, "obligations/1"), (OWN + QUARTERLY + RECEIVES + FOOT, "recipients/0")],
    ids=["it owes", "it receives the plan"],
)
async def test_an_ended_body_is_told_with_its_heir(
    desk: Desk, database: Database, text: str, leaf: str, to_on: date | None
) -> None:
    await ended(desk, database, to_on=to_on)

    listed = await told(desk, text)

    assert listed == [(leaf, GONE, TODAYS)]


async def test_an_issuer_that_ended_is_told(desk: Desk, database: Database) -> None:
    await ended(desk, database)
    text = OWN.replace("ỦY BAN NHÂN DÂN ĐẶC KHU BIỂN XANH", GONE.upper()) + QUARTERLY + FOOT

    ((leaf, name, heir),) = await told(desk, text)

    assert (leaf, name.casefold(), heir) == ("issuer", GONE.casefold(), TODAYS)


async def test_a_name_that_a_standing_body_bears_too_is_nobodys_that_ended(desk: Desk, database: Database) -> None:
    await ended(desk, database)
    await brought(database, body(desk, "lao-dong-moi", DatedName(name=GONE, from_on=date(2025, 7, 1))))

    assert await told(desk, OWN + QUARTERLY + REPORTS + FOOT) == []


async def test_a_body_that_stood_on_the_plans_day_is_not_told(desk: Desk, database: Database) -> None:
    await ended(desk, database)
    then = (OWN + QUARTERLY + REPORTS + FOOT).replace("ngày 05 tháng 01 năm 2026", "ngày 05 tháng 01 năm 2025")

    assert await told(desk, then) == []


async def test_a_correction_of_a_person_is_what_is_looked_at(desk: Desk) -> None:
    reading = await desk.read(OWN + QUARTERLY + FOOT)
    value = {**next(each["value"] for each in reading["leaves"] if each["key"] == "obligations/0")}

    given = value | {"deadline": None, "cadence": None}
    answer = await desk.decide(reading, {"key": "obligations/0", "standing": "corrected", "value": given})

    kinds = {each["kind"] for each in answer.json()["findings"] if each["leaf"] == "obligations/0"}
    assert "deadline-missing" in kinds
