"""Two processes of plans over Kafka come up after a stop: together they miss nothing and announce nothing twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import aiokafka
import pytest
from sqlalchemy import text

from deploy.native.cluster import migrate, service_process
from deploy.native.process import Server
from deploy.native.servers import running
from services.plans.terms import Bearers, Cadence, Deadline
from services.serving import servers as named_servers
from shared.clock import now, today
from shared.db import connect
from shared.events import topic_of
from shared.events.plans import DutyDueSoon, DutyOpened, DutyOverdue
from shared.settings import Settings
from tests.plans import factories as make
from tests.real.servers import Servers

pytestmark = [pytest.mark.xdist_group("real-clocks"), pytest.mark.timeout(300)]

BEARERS = 1_000  # several batches: both clocks have something to do
QUIET_MS = 10_000
PATIENCE_S = 60
WAITING = """SELECT count(DISTINCT pid) FROM pg_locks WHERE relation = 'duties'::regclass AND NOT granted"""
KINDS = (DutyOpened, DutyDueSoon, DutyOverdue)


@dataclass(frozen=True)
class Stopped:
    """Two processes on one database, not running yet."""

    database_url: str
    replicas: list[Server]


@pytest.fixture
async def stopped(real: Servers, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    """Two replicas that are not running yet, and what a plan issued two weeks ago asks in the meantime."""
    home = tmp_path_factory.mktemp("clocks")
    settings = Settings(
        _env_file=None, home=home, database_url=real.postgres.url, bus_url=real.kafka.url, files_url=real.files.url
    )
    await migrate(settings)
    with named_servers(settings) as named:
        url = named.database_url("plans")
    await _issued_two_weeks_ago(url)
    return Stopped(url, [service_process("plans", settings, home / f"replica-{number}") for number in (1, 2)])


async def _issued_two_weeks_ago(url: str) -> None:
    """Duties opened then: one each fell due yesterday, another falls due at the end of the day after tomorrow."""
    database = connect(url, application="test")
    async with database.transaction() as session:
        top = make.body(f"ubnd-{uuid4().hex}")
        units = [make.body(f"don-vi-{uuid4().hex}", above=top.organisation_id) for _ in range(BEARERS)]
        await make.put_in(session, top, *units)
        common = {
            "bearers": Bearers(edge_type="line_of_command", of_id=top.organisation_id),
            "to_ids": [top.organisation_id],
            "cadence": Cadence.ONCE,
        }
        missed = Deadline(date=(today() - timedelta(days=1)).isoformat())
        coming = Deadline(date=(today() + timedelta(days=2)).isoformat())
        terms = make.terms(
            top.organisation_id,
            make.obligation(label="O1", deadline=missed, **common),
            make.obligation(label="O2", deadline=coming, **common),
        )
        plan = await make.issued(session, terms, now=now() - timedelta(days=14))
        plan.duties_as_of = today()  # nothing to open: both clocks go straight to the duties
    await database.close()


async def _announced(real: Servers) -> Counter[tuple[str, str]]:
    """How often each fact about each duty lies in the topic, once nothing more comes."""
    reader = aiokafka.AIOKafkaConsumer(
        topic_of("plans"),
        bootstrap_servers=real.kafka.url.removeprefix("kafka://"),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    found: Counter[tuple[str, str]] = Counter()
    await reader.start()
    try:
        while batches := await reader.getmany(timeout_ms=QUIET_MS):
            for record in (record for batch in batches.values() for record in batch):
                found[dict(record.headers)["ce_type"].decode(), (record.key or b"").decode()] += 1
    finally:
        await reader.stop()
    return found


async def _both_at_the_gate(url: str, replicas: list[Server], stack: AsyncExitStack) -> None:
    """Holds the duties until both clocks stand before them, then lets both go in the same moment."""
    database = connect(url, application="test")
    async with database.transaction() as session:
        # starting two processes takes a busy machine longer than an idle transaction is allowed
        await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        await session.execute(text("LOCK TABLE duties IN EXCLUSIVE MODE"))
        await asyncio.gather(*(stack.enter_async_context(running(replica)) for replica in replicas))
        async with asyncio.timeout(PATIENCE_S):
            while (await session.scalar(text(WAITING)) or 0) < len(replicas):
                await asyncio.sleep(0.01)
    await database.close()


async def test_two_replicas_after_a_stop_announce_each_duty_once(stopped: Stopped, real: Servers) -> None:
    async with AsyncExitStack() as stack:
        await _both_at_the_gate(stopped.database_url, stopped.replicas, stack)
        found = await _announced(real)

    duties = {kind: [count for (name, _), count in found.items() if name == kind.type()] for kind in KINDS}
    assert {kind: (len(counts), sum(counts)) for kind, counts in duties.items()} == {
        DutyOpened: (2 * BEARERS, 2 * BEARERS),
        DutyDueSoon: (BEARERS, BEARERS),
        DutyOverdue: (BEARERS, BEARERS),
    }
