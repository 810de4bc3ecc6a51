"""What must hold of a nomination whatever was done to it: read from the databases, by code of its own.

The numbers are those of the invariants in the domain's own words: consent (1), hold (2), quota (3), due instant (4),
heirs (5), rotations (6), the sentence behind a field (7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import RowMapping, text

from services.serving import Servers
from shared.db import Database, connect
from tests.walks import world

Row = RowMapping
CONSENTED = """SELECT DISTINCT given.kind FROM nominations n JOIN consents c ON c.nomination_id = n.id,
  json_array_elements_text(c.channel_kinds::json) AS given(kind)
  WHERE n.id = :id AND c.withdrawn_at IS NULL AND c.role = 'self' AND c.exemplar_id = n.exemplar_id"""
STATIONS = "SELECT organisation_id, state FROM stations WHERE nomination_id = :id ORDER BY number"
HELD = "SELECT count(*) FROM holds WHERE nomination_id = :id AND lifted_at IS NULL"
FACTS = "SELECT sequence FROM outbox WHERE aggregateid = :id ORDER BY sequence"
SHOWN = """SELECT i.owner_id, i.state, i.withdrawal, c.kind, p.state AS placed FROM items i
  LEFT JOIN placements p ON p.item_id = i.id LEFT JOIN channels c ON c.id = p.channel_id WHERE i.nomination_id = :id"""
PRESENTED = """SELECT obligation_id, period_key, organisation_id, count(DISTINCT exemplar_id) AS number
  FROM nominations n WHERE obligation_id IS NOT NULL AND state IN ('submitted', 'concluded', 'declined')
  AND NOT EXISTS (SELECT FROM stations s WHERE s.nomination_id = n.id AND s.state = 'returned') GROUP BY 1, 2, 3"""
DUTIES = "SELECT * FROM duties"
TWICE = """SELECT count(*) FROM (SELECT 1 FROM duty_sources s JOIN duties d ON d.id = s.duty_id
  WHERE d.state <> 'waived' GROUP BY s.obligation_id, s.period_key, s.organisation_id HAVING count(*) > 1) twice"""
OWNERS = {world.body_id(world.COUNCIL): world.body_id(world.BODY)}
OWNERS[world.body_id(world.ABOVE_COUNCIL)] = world.body_id(world.ABOVE)


class Judge:
    """Connections of its own to the product's databases."""

    def __init__(self, running: Servers) -> None:
        self.databases: dict[str, Database] = {
            name: connect(running.database_url(name), application="judge")
            for name in ("plans", "nominations", "publicity", "notifications")
        }

    async def close(self) -> None:
        """Ends them."""
        for database in self.databases.values():
            await database.close()

    async def rows(self, service: str, statement: str, **named: Any) -> Sequence[Row]:
        """What a statement finds."""
        async with self.databases[service].engine.connect() as connection:
            return list((await connection.execute(text(statement), named)).mappings())

    async def number(self, service: str, statement: str, **named: Any) -> int:
        """What a statement counts."""
        (row,) = await self.rows(service, statement, **named)
        return int(next(iter(row.values())) or 0)

    async def settled(self, nomination_id: str) -> bool:
        """Whether every hearer has heard what was said of this nomination, and said what it had to."""
        last = await self.number(
            "nominations", "SELECT max(last) FROM sequences WHERE aggregate_id = :id", id=nomination_id
        )
        heard = "SELECT max(last) FROM inbox WHERE producer = 'nominations' AND aggregate_id = :id"
        behind = [
            await self.number(name, heard, id=nomination_id) < last for name in self.databases if name != "nominations"
        ]
        unsent = [
            await self.number(name, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") for name in self.databases
        ]
        return not any(behind) and not any(unsent)

    async def wrongs(self, nomination_id: str, *, taken_down: bool) -> list[str]:
        """What is not as it must be, in words; `taken_down`: an editor withdrew an item himself."""
        return [
            *await self._publication(nomination_id, taken_down=taken_down),
            *await self._order(nomination_id),
            *[wrong for duty in await self._duties() for wrong in duty],
        ]

    async def _publication(self, nomination_id: str, *, taken_down: bool) -> list[str]:
        consented = {row["kind"] for row in await self.rows("nominations", CONSENTED, id=nomination_id)}
        stations = await self.rows("nominations", STATIONS, id=nomination_id)
        held = await self.number("nominations", HELD, id=nomination_id)
        approved = {OWNERS[row["organisation_id"]] for row in stations if row["state"] == "approved"}
        shown = await self.rows("publicity", SHOWN, id=nomination_id)
        wrongs = []
        for owner in OWNERS.values():
            may = consented if owner in approved and not held else set()
            rows = [row for row in shown if row["owner_id"] == owner]
            wrongs += _exits(rows, may, taken_down=taken_down)
        if sum(row["state"] in {"waiting", "in_review", "returned"} for row in stations) > 1:
            wrongs.append("two stations are open")
        return wrongs

    async def _order(self, nomination_id: str) -> list[str]:
        told = [row["sequence"] for row in await self.rows("nominations", FACTS, id=nomination_id)]
        parked = {name: await self.number(name, "SELECT count(*) FROM parked") for name in self.databases}
        wrongs = [] if told == list(range(1, len(told) + 1)) else [f"facts are numbered {told}"]
        return wrongs + [f"{name} parked {number} facts" for name, number in parked.items() if number]

    async def _duties(self) -> list[list[str]]:
        presented = {
            (row["obligation_id"], row["period_key"], row["organisation_id"]): row["number"]
            for row in await self.rows("nominations", PRESENTED)
        }
        twice = await self.number("plans", TWICE)
        found = [
            list(_duty(duty, presented.get((duty["obligation_id"], duty["period_key"], duty["organisation_id"]), 0)))
            for duty in await self.rows("plans", DUTIES)
        ]
        return [*found, ["(5) a body's share is counted for two duties"] if twice else []]


def _exits(rows: list[Row], may: set[str], *, taken_down: bool) -> list[str]:
    placed = {row["kind"] for row in rows if row["placed"] == "placed"}
    published = any(row["state"] == "published" for row in rows)
    wrongs = [f"(1, 2) stands on {placed - may}, allowed are {may}"] if placed - may else []
    if published and not may:
        wrongs.append("(1, 2) is published, and nothing may be shown")
    if "portal" in may and "portal" not in placed and not taken_down:
        wrongs.append("approved and agreed to, and not on the portal")
    return wrongs


def _duty(duty: Row, presented: int) -> Iterator[str]:
    if duty["state"] != "waived" and duty["counted"] != presented:
        yield f"(3) {duty['period_key']}: counted {duty['counted']}, presented {presented}"
    reached = duty["counted"] >= duty["minimum"]
    timely = duty["reached_at"] is not None and duty["reached_at"] < duty["due_before"]
    expected = {"fulfilled"} if reached and timely else {"fulfilled_late"} if reached else {"open", "overdue"}
    if duty["state"] not in {*expected, "waived"}:
        yield f"(4) {duty['period_key']} is {duty['state']}, reached {duty['reached_at']}, due {duty['due_before']}"
    if "-Q" in duty["period_key"]:
        year, quarter = duty["period_key"].split("-Q")
        start, end = duty["period_start_on"], duty["period_end_on"]
        if (start.year, start.month, start.day) != (int(year), 3 * int(quarter) - 2, 1) or end.month != 3 * int(
            quarter
        ):
            yield f"(6) {duty['period_key']} is from {start} to {end}"
