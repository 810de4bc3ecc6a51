"""Which entry of the catalogue a movement is: proposed by its very name, told in words, chosen in the leaf's form."""

from __future__ import annotations

from uuid import UUID

from services.plans import actions
from services.plans.queries.readings import movements_named
from shared.auth import OPERATOR
from shared.db import Database, new_id
from shared.events.plans import MovementChanged
from shared.text import fold
from tests.plans.confirming.conftest import Desk, leaf
from tests.plans.confirming.texts import PLAN
from tests.plans.pages.doors import brought, seen, sent

SKILLED, TEACHING = "Lao động giỏi", "Lao động giỏi trong ngành giáo dục"
NAMING = PLAN.replace("II. TỔ CHỨC", f"Gắn với phong trào thi đua “{SKILLED}”.\n\nII. TỔ CHỨC")


async def kept(database: Database, *entries: tuple[str, list[str]]) -> list[UUID]:
    """These movements, with their aliases, in the catalogue."""
    facts = [MovementChanged(movement_id=new_id(), name=name, aliases=aliases) for name, aliases in entries]
    async with database.transaction() as session:
        await actions.import_directory(session, OPERATOR, actions.Directory(movements=facts))
    return [fact.movement_id for fact in facts]


async def test_only_the_very_name_or_alias_is_the_entry(database: Database) -> None:
    teaching, other = await kept(database, (TEACHING, ["Dạy tốt"]), ("Sáng tạo", ["Lao động sáng tạo"]))

    async with database.transaction() as session:
        found = await movements_named(session, {fold(words) for words in (SKILLED, TEACHING, "dạy TỐT", "sáng tạo")})

    assert found == {fold(TEACHING): teaching, "day tot": teaching, "sang tao": other}


async def test_of_two_that_are_called_so_none_is_proposed(database: Database) -> None:
    await kept(database, (SKILLED, []), ("Lao động sáng tạo", [SKILLED.upper()]))

    async with database.transaction() as session:
        found = await movements_named(session, {fold(SKILLED)})

    assert found == {}


async def test_the_page_says_which_entry_a_movement_is(desk: Desk, database: Database) -> None:
    address = await brought(desk, NAMING)

    before = await seen(desk, address)
    await kept(database, (SKILLED, []))
    after = await seen(desk, address)

    assert "chưa có trong danh mục" in before.words
    assert f"là phong trào «{SKILLED}» trong danh mục" in after.words


async def test_the_entry_is_chosen_in_the_form_and_can_be_none(desk: Desk, database: Database) -> None:
    skilled, teaching = await kept(database, (SKILLED, []), (TEACHING, []))
    address = await brought(desk, NAMING)
    chosen = []

    for entry in (str(teaching), ""):
        form = (await seen(desk, f"{address}?edit=movements/0")).form("/corrections")
        offered = [said.get("value") for said in (await seen(desk, f"{address}?edit=movements/0")).all("option")]
        await sent(desk, form.action, form.sent(link_movement=entry))
        reading = (await desk.call("GET", f"/v1{address}")).json()
        chosen.append(leaf(reading, "movements/0")["links"]["movement_id"])

    assert {str(skilled), str(teaching), ""} <= set(offered)
    assert chosen == [str(teaching), None]
    assert "không gắn với danh mục" in (await seen(desk, address)).words
