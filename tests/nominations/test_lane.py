"""The posting lane: what it takes is the same in every byte and row, and the rest goes the ordinary way unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from services.nominations.app import create
from services.nominations.models import Movement, Obligation, Plan
from shared.auth import Role
from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.clock import today
from shared.db import Database
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts
from tests.conftest import calling
from tests.nominations.door import Headers
from tests.nominations.factories import office, organisation

SIMPLE, OTHERWISE = "application/json", "application/json; charset=UTF-8"  # the same to FastAPI; no lane takes it
UNIT, ENDED, FOREIGN, UNKNOWN = (UUID(int=number) for number in range(1, 5))
CHOSEN = {"id", "created_at"}  # what differs between any two
Answer = httpx.Response


@pytest.fixture
async def database(committed: Database, person: Callable[[str], UUID]) -> AsyncIterator[Database]:
    """Mai nominates for a unit, and for one that has ended; not for the foreign one."""
    async with committed.transaction() as session:
        await organisation(session, "Tổ 1", id=UNIT)
        await organisation(session, "Tổ 2", id=FOREIGN)
        await organisation(session, "Tổ cũ", id=ENDED, valid_to=today() - timedelta(days=1), heirs=[UNIT])
        for body in (UNIT, ENDED):
            await office(session, person("mai"), Role.NOMINATOR, body)
        await office(session, person("mai"), Role.APPROVER, FOREIGN)
        session.add(Movement(id=MOVEMENT, name="Dân vận khéo"))
        for id in (PLAN, WITHDRAWN):
            session.add(plan(id))
        for id, changes in OBLIGATIONS.items():
            session.add(obligation(id, **changes))
    yield committed
    committed.lines.close()


@pytest.fixture
async def client(database: Database, settings: Settings, verifier: Verifier) -> AsyncIterator[httpx.AsyncClient]:
    """The service with real commits."""
    parts = Parts(settings, database, MemoryBus(), open_store(settings), verifier)
    async with calling(create(parts)) as client:
        yield client


class Desk:
    """Mai's, with a key for each post unless one is given."""

    def __init__(self, client: httpx.AsyncClient, bearer: Headers) -> None:
        self.client, self.bearer = client, bearer

    async def post(self, content: bytes, kind: str = SIMPLE, key: str | None = None, **headers: str) -> Answer:
        """One request."""
        sent = {**self.bearer("mai"), "idempotency-key": key or str(uuid4()), "content-type": kind, **headers}
        return await self.client.post("/v1/nominations", content=content, headers=sent)


@pytest.fixture
def desk(client: httpx.AsyncClient, bearer: Headers) -> Desk:
    """Hers."""
    return Desk(client, bearer)


def draft(unit: UUID = UNIT, **changes: Any) -> bytes:
    """Five fields and what is changed."""
    return orjson.dumps(
        {
            "organisation_id": unit,
            "subject_type": "individual",
            "subject_name": " Trần  Thị Hoa ",
            "title": "Người giữ lửa",
            "summary": "Mười năm\r\ngiữ đường làng sạch.",
            **changes,
        }
    )


MOVEMENT, PLAN, WITHDRAWN, QUOTA, REPORT, HOUSEHOLDS, LEFT_OUT, OF_WITHDRAWN = (UUID(int=n) for n in range(20, 28))
OBLIGATIONS: dict[UUID, dict[str, Any]] = {
    QUOTA: {},
    REPORT: {"kind": "report"},
    HOUSEHOLDS: {"subject_types": ["household"]},
    LEFT_OUT: {"position": None},
    OF_WITHDRAWN: {"plan_id": WITHDRAWN},
}


def plan(id: UUID) -> Plan:
    """The copy of a plan for 2026."""
    days = {"start_on": date(2026, 1, 1), "end_on": date(2026, 12, 31)}
    return Plan(id=id, issuer_id=FOREIGN, code=None, title="Kế hoạch", withdrawn=id == WITHDRAWN, **days)


def obligation(id: UUID, **changes: Any) -> Obligation:
    """The copy of a quarterly obligation of the plan."""
    told = {"plan_id": PLAN, "position": 0, "kind": "nominate", "subject_types": [], **changes}
    bodies: dict[str, Any] = {"to_ids": [], "via_id": None, "then_to_id": None}
    return Obligation(id=id, label="O2", cadence="quarterly", maximum=None, **bodies, **told)


def answering(obligation_id: UUID, plan_id: UUID = PLAN, period: str = "2026-Q4") -> dict[str, Any]:
    """What a draft names to count towards it."""
    return {"plan_id": str(plan_id), "obligation_id": str(obligation_id), "period_key": period}


FULL = {
    "subject_is_child": "seven_or_more",
    "subject_person_id": str(UUID(int=9)),
    "household_adults": ["Lan"],
    "kind": "good_deed",
    "field": "Môi trường",
    "body": "Một. " * 900,
    "results": [{"label": "Hộ", "value": "24/24"}],
    "credit": "Mai",
}


def short() -> float:
    """How many the lane has taken."""
    return REGISTRY.get_sample_value("lantoa_drafts_posted_total", {"way": "short"}) or 0


async def rows(database: Database, table: str, *without: str) -> list[dict[str, Any]]:
    """All of a table, but for what differs between any two."""
    async with database.transaction() as session:
        found = (await session.execute(text(f"SELECT * FROM {table} ORDER BY ctid"))).mappings()
        return [{name: value for name, value in row.items() if name not in without} for row in found]


def told(answer: Answer) -> tuple[int, dict[str, str], Any]:
    """What a client learns, but for what differs between any two."""
    body = orjson.loads(answer.content)
    id_ = str(body.get("id"))
    headers = {name: value.replace(id_, "") for name, value in answer.headers.items() if name != "x-correlation-id"}
    seen = [(name, value) for name, value in body.items() if name not in {*CHOSEN, "correlation_id"}]
    return answer.status_code, headers, seen


ANSWERS = {"movement_id": str(MOVEMENT), **answering(QUOTA)}
BY_NAME = {"five fields": {}, "everything of its own": FULL, "a movement": {"movement_id": str(MOVEMENT)}}


@pytest.mark.parametrize("changes", [*BY_NAME.values(), ANSWERS], ids=[*BY_NAME, "what a plan asks"])
async def test_a_simple_post_says_and_writes_what_the_ordinary_way_does(
    changes: dict[str, Any], desk: Desk, database: Database
) -> None:
    before = short()

    answers = [await desk.post(draft(**changes), kind) for kind in (SIMPLE, OTHERWISE)]

    assert short() - before == 1
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code == 201
    nominations = await rows(database, "nominations", *CHOSEN)
    noted = await rows(database, "audit", "position", "at", "subject_id", "correlation_id")
    stored = await rows(database, "stored_answers", "key", "at", "body", "headers")
    assert [len(each) for each in (nominations, noted, stored)] == [2, 2, 2]
    assert all(first == second for first, second in (nominations, noted, stored))


async def test_the_stored_answer_is_the_one_given(desk: Desk) -> None:
    first = await desk.post(draft(), key="k1")
    again = await desk.post(draft(), key="k1")

    assert (again.status_code, again.content) == (201, first.content)
    assert (again.headers["location"], again.headers["etag"]) == (first.headers["location"], first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (draft(), {"authorization": "Bearer none"}),
        (draft(), {"authorization": ""}),
        (draft(), {"idempotency-key": "a b"}),
        (draft(FOREIGN), {}),
        (draft(ENDED), {}),
        (draft(UNKNOWN), {}),
        (draft(title=""), {}),
        (draft(title="a" + "\u0301" * 5), {}),
        (draft(colour="red"), {}),
        (draft(plan_id=str(UNKNOWN)), {}),
        (draft(movement_id=str(UNKNOWN)), {}),
        (draft(movement_id=str(UNKNOWN), **answering(QUOTA)), {}),
        (draft(**answering(UNKNOWN)), {}),
        (draft(**answering(QUOTA, UNKNOWN)), {}),
        (draft(**answering(QUOTA, WITHDRAWN)), {}),
        (draft(**answering(OF_WITHDRAWN, WITHDRAWN)), {}),
        (draft(**answering(LEFT_OUT)), {}),
        (draft(**answering(REPORT)), {}),
        (draft(**answering(HOUSEHOLDS)), {}),
        (draft(**answering(QUOTA, period="2027-Q1")), {}),
        (draft(**answering(QUOTA, period="2026-11")), {}),
        (draft(**(answering(QUOTA) | {"period_key": None})), {}),
        (draft(evidence=[str(UNKNOWN)]), {}),
        (b"{", {}),
        (b"[]", {}),
        (b'{"title":NaN}', {}),
        (b"\xff", {}),
        (b"", {}),
        (draft(body="a" * 70_000), {}),
    ],
)
async def test_a_refusal_is_that_of_the_ordinary_way(
    content: bytes, headers: dict[str, str], desk: Desk, database: Database
) -> None:
    before = short()

    answers = [await desk.post(content, kind, **headers) for kind in (SIMPLE, OTHERWISE)]

    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code >= 400
    assert (short() - before, await rows(database, "nominations"), await rows(database, "audit")) == (0, [], [])


async def test_a_key_with_other_content_is_refused(desk: Desk) -> None:
    await desk.post(draft(), key="k1")

    answer = await desk.post(draft(title="Khác"), key="k1")

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:lantoa:problem:key-used-differently")


async def test_of_fifty_at_once_with_one_key_one_is_done(desk: Desk, database: Database) -> None:
    answers = await asyncio.gather(*(desk.post(draft(), key="k1") for _ in range(50)))

    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len(await rows(database, "nominations")) == len(await rows(database, "stored_answers")) == 1


async def test_a_line_that_was_cut_is_replaced(desk: Desk, database: Database) -> None:
    await desk.post(draft())
    async with database.transaction() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name = 'lantoa-lines' AND datname = current_database()"
            )
        )
    before = short()

    answers = [await desk.post(draft()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert short() - before >= 1


async def test_a_role_that_is_not_known_yet_does_no_harm(
    desk: Desk, database: Database, person: Callable[[str], UUID]
) -> None:
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO offices (id, person_id, person_name, organisation_id, role, from_on) "
                "VALUES (gen_random_uuid(), :who, 'Mai', :unit, 'herald', '2020-01-01')"
            ),
            {"who": person("mai"), "unit": UNIT},
        )

    answer = await desk.post(draft())

    assert answer.status_code == 201
