"""After the faults: an operator does what is his to do, waits pass, and everything must come to rest within a bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from shared.clock import now
from shared.db import connect
from shared.files.actions import sweep
from shared.files.store import open_store
from tests.real.chaos.operating import operator
from tests.real.chaos.poison import AWAY
from tests.real.chaos.stage import SERVICES, Stage

STILL_S = 60.0  # without anything coming nearer to rest: it will not
LIMIT_S = 300.0  # in all; a machine with other work is slow, not wrong
LOOK_EVERY_S = 0.5
LEASE_LEFT_AFTER_S = 14.0  # no attempt of a webhook lasts longer than ten
BY_HAND = 2
FAILED = "SELECT DISTINCT producer, aggregate_id FROM parked WHERE reason = 'failed'"
UNATTACHED_KEPT = timedelta(hours=25)
HEARS = {
    "plans": ("nominations",),
    "nominations": ("plans", "publicity"),
    "publicity": ("plans", "nominations"),
    "notifications": ("plans", "nominations", "publicity"),
}


@dataclass(frozen=True)
class Rest:
    """How long it took, and what was not at rest when the bound was reached."""

    took_s: float
    restless: Mapping[str, object]
    retried: int


async def drain(stage: Stage) -> Rest:
    """Until outboxes, inboxes, parking, deliveries and audit are at rest, or come no nearer to it."""
    began = moved = time.monotonic()
    retried, hurried, before = 0, False, dict[str, object]()
    while True:
        restless, moment = await _restless(stage), time.monotonic()
        if restless != before:
            before, moved = restless, moment
        if not restless or moment - moved > STILL_S or moment - began > LIMIT_S:
            return Rest(round(moment - began, 1), restless, retried)
        retried += await _retry_parked(stage)
        if moment - began > LEASE_LEFT_AFTER_S and not hurried and "deliveries" in restless:
            await _let_time_pass(stage)
            hurried = True
        await asyncio.sleep(LOOK_EVERY_S)


async def _restless(stage: Stage) -> dict[str, object]:
    found: dict[str, object] = {}
    sequences: dict[str, dict[object, int]] = {}
    inboxes: dict[str, dict[tuple[str, object], int]] = {}
    for service in SERVICES:
        try:
            counts, sequences[service], inboxes[service] = await _look(stage, service)
        except AWAY as error:
            return {f"{service} database": repr(error)}
        found |= {f"{service} {name}" if name != "deliveries" else name: n for name, n in counts.items() if n}
    for hearer, producers in HEARS.items():
        behind = sum(
            1
            for producer in producers
            for aggregate, last in sequences[producer].items()
            if inboxes[hearer].get((producer, aggregate)) != last
        )
        if behind:
            found[f"{hearer} behind"] = behind
    return found


async def _look(stage: Stage, service: str) -> tuple[dict[str, int], dict[object, int], dict[tuple[str, object], int]]:
    connection = await asyncpg.connect(stage.database_url(service), timeout=5, command_timeout=10)
    try:
        counts = {
            "unsent": await connection.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL"),
            "parked": await connection.fetchval("SELECT count(*) FROM parked"),
            "unsealed": await connection.fetchval("SELECT count(*) FROM audit WHERE sealed_in IS NULL"),
        }
        if service == "notifications":
            unfinished = "SELECT count(*) FROM deliveries WHERE next_try_at IS NOT NULL"
            counts["deliveries"] = await connection.fetchval(unfinished)
        sequences = {row[0]: row[1] for row in await connection.fetch("SELECT aggregate_id, last FROM sequences")}
        places = await connection.fetch("SELECT producer, aggregate_id, last FROM inbox")
        return counts, sequences, {(row[0], row[1]): row[2] for row in places}
    finally:
        connection.terminate()


async def _retry_parked(stage: Stage) -> int:
    """For every key that failed its next try comes now; for some `lantoa events retry` comes on top. How many."""
    retried = 0
    for service in SERVICES:
        with suppress(*AWAY):
            connection = await asyncpg.connect(stage.database_url(service), timeout=5, command_timeout=10)
            try:
                keys = await connection.fetch(FAILED)
                await connection.execute("UPDATE parked SET next_try_at = now() WHERE reason = 'failed'")
            finally:
                connection.terminate()
            retried += len(keys)
            for producer, aggregate_id in keys[:BY_HAND]:
                with suppress(RuntimeError):  # still not possible, or done by then
                    await operator(stage.settings, "events", "retry", service, producer, str(aggregate_id))
    return retried


async def _let_time_pass(stage: Stage) -> None:
    """Leases of senders that were killed (two minutes), and pauses before a next try, are over now."""
    with suppress(*AWAY):
        connection = await asyncpg.connect(stage.database_url("notifications"), timeout=5, command_timeout=10)
        try:
            await connection.execute(
                "UPDATE deliveries SET next_try_at = now() WHERE next_try_at IS NOT NULL AND next_try_at < '9000-01-01'"
            )
        finally:
            connection.terminate()


async def swept(stage: Stage) -> int:
    """The sweep of a day later: files that were announced and attached to nothing; how many went."""
    gone = 0
    store = open_store(stage.settings)
    for service in ("plans", "nominations"):
        database = connect(stage.database_url(service), application="chaos")
        try:
            while found := await sweep(database, store, now() + UNATTACHED_KEPT):
                gone += found
        finally:
            await database.close()
    return gone
