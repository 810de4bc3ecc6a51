"""Fills the services' databases with a country's year: one stream of lives, a COPY for each table, indexes last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

import asyncpg

from tests.bench.growth.copying import Tables, without_indexes
from tests.bench.growth.country import Country
from tests.bench.growth.ids import Ids, moment
from tests.bench.growth.ledger import Ledger
from tests.bench.growth.plans import Plans
from tests.bench.growth.rows.common import aggregates_of_plans
from tests.bench.growth.rows.nominations import Nominations
from tests.bench.growth.rows.notifications import Notifications
from tests.bench.growth.rows.plans import PlansRows, facts_of_share
from tests.bench.growth.rows.publicity import Publicity
from tests.bench.growth.size import SEED, Size
from tests.bench.growth.year import Year

SERVICES = ("plans", "nominations", "publicity", "notifications")
TOGETHER = 500  # lives between two looks at what is ready to be sent
SENT = """
SELECT setval(pg_get_serial_sequence('audit', 'position'), greatest(1, (SELECT max(position) FROM audit)));
SELECT setval(pg_get_serial_sequence('outbox', 'position'), greatest(1, (SELECT max(position) FROM outbox)));
UPDATE relay SET last = coalesce((SELECT max(sent_position) FROM outbox), 0)"""


async def fill(
    databases: Mapping[str, str], size: Size, *, told: Callable[[int], None] = lambda _: None
) -> tuple[Country, Plans]:
    """Writes the year into these databases (by service; empty, migrated). `told` hears how many lives are written."""
    country = Country(size)
    plans = Plans(size, country)
    async with AsyncExitStack() as stack:
        for dsn in databases.values():
            await stack.enter_async_context(without_indexes(dsn))
        tables = Tables(dict(databases))
        await _write(tables, size, country, plans=plans, told=told)
        await tables.close()
        for dsn in databases.values():
            connection = await asyncpg.connect(dsn)
            await connection.execute(SENT)
            await connection.close()
    return country, plans


async def _write(tables: Tables, size: Size, country: Country, *, plans: Plans, told: Callable[[int], None]) -> None:
    last = int(size.last.timestamp())
    ledgers = {name: Ledger(tables, name, last=last, ids=Ids(SEED + 9 + n)) for n, name in enumerate(SERVICES)}
    nominations = Nominations(tables, ledgers["nominations"], country)
    planned = PlansRows(tables, ledgers["plans"], country, size=size, plans=plans)
    takers = [
        nominations.life,
        planned.life,
        Publicity(tables, ledgers["publicity"], country).life,
        Notifications(tables, ledgers["notifications"], country, size=size).life,
    ]
    for number, life in enumerate(Year(size, country, plans).lives(), 1):
        for take in takers:
            take(life)
        if number % TOGETHER == 0:
            await tables.send()
            told(number)
    nominations.plans(plans)
    await _plans(tables, ledgers, plans, country=country, planned=planned)
    for ledger in ledgers.values():
        ledger.seal(moment(last))


async def _plans(
    tables: Tables, ledgers: Mapping[str, Ledger], plans: Plans, *, country: Country, planned: PlansRows
) -> None:
    """Plans and duties, whose counts are known only now; and that everybody has heard all that plans told."""
    hearers = [ledgers[name] for name in SERVICES if name != "plans"]
    planned.plan_rows()
    for hearer in hearers:
        for aggregate_id in [*aggregates_of_plans(country), *(plan.id for plan in plans.all)]:
            hearer.heard("plans", aggregate_id, 1)
    for number, share in enumerate(plans.shares.values(), 1):
        planned.share(share)
        for hearer in hearers:
            hearer.heard("plans", share.id, facts_of_share(share, planned.last))
        if number % TOGETHER == 0:
            await tables.send()
