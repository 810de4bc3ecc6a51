"""Facts that cannot be handled: a trigger in a hearer's own database refuses every third aggregate for a while."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

from tests.real.chaos.stage import Stage

TABLES = {
    "publicity": ("releases", "item_id"),  # no editor writes here
    "notifications": ("messages", "nomination_id"),
    "plans": ("presentations", "nomination_id"),
}
LIMIT_S = 5.0
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
SPOIL = """
CREATE OR REPLACE FUNCTION chaos_poison() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF abs(hashtext(NEW.{column}::text)) % 3 = 1 THEN RAISE EXCEPTION 'poison'; END IF;
  RETURN NEW;
END $body$;
CREATE OR REPLACE TRIGGER chaos_poison BEFORE INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION chaos_poison();
"""
MEND = "DROP TRIGGER IF EXISTS chaos_poison ON {table}; DROP FUNCTION IF EXISTS chaos_poison();"


async def spoil(stage: Stage, service: str) -> None:
    """Whenever the database lets us in."""
    await _execute(stage, service, SPOIL)


async def mend(stage: Stage, service: str) -> None:
    """Handlers of this service do their work again."""
    await _execute(stage, service, MEND)


async def failed(stage: Stage, service: str) -> bool:
    """Whether somebody has met the poison."""
    with suppress(*AWAY):
        connection = await asyncpg.connect(stage.database_url(service), timeout=LIMIT_S, command_timeout=LIMIT_S)
        try:
            return bool(await connection.fetchval("SELECT count(*) FROM parked WHERE reason = 'failed'"))
        finally:
            connection.terminate()
    return False


async def _execute(stage: Stage, service: str, statement: str) -> None:
    table, column = TABLES[service]
    while True:
        with suppress(*AWAY):
            connection = await asyncpg.connect(stage.database_url(service), timeout=LIMIT_S, command_timeout=LIMIT_S)
            try:
                await connection.execute(statement.format(table=table, column=column))
                return
            finally:
                connection.terminate()
        await asyncio.sleep(0.5)
