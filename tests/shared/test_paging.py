"""Keyset paging: every row once, whatever is inserted meanwhile, and no cursor of a stranger is an error of ours."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import APIRouter, Request, Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.tokens import Verifier
from shared.clock import now
from shared.db import Database, Session, new_id
from shared.files.tables import File
from shared.paging import After, BadCursor, Limit, decode, encode, keyset, link_next
from shared.settings import Settings
from tests.conftest import calling
from tests.counting import statements
from tests.shared.apps import framed


def row(number: int, completed_at: datetime | None) -> dict[str, Any]:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    return {
        "id": new_id(),
        "key": f"shared/{number}",
        "name": f"tệp {number % 7}",
        "media_type": "text/plain",
        "size_bytes": number % 5,
        "sha256": "0" * 64,
        "created_by": new_id(),
        "created_at": moment + timedelta(seconds=number % 11),
        "completed_at": completed_at,
    }


async def fill(session: AsyncSession, count: int) -> None:
    """Rows with many equal values, a third of them without `completed_at`, in no order."""
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [row(n, None if n % 3 == 0 else moment + timedelta(minutes=n % 4)) for n in range(count)]
    Random(4).shuffle(rows)
    await session.execute(insert(File), rows)


async def walk(session: AsyncSession, columns: list[Any], *, limit: int, descending: bool) -> list[UUID]:
    found: list[UUID] = []
    after: str | None = None
    while True:
        page = await keyset(session, select(File), columns, after=after, limit=limit, descending=descending)
        found += [file.id for file in page.rows]
        if page.next is None:
            return found
        assert len(page.rows) == limit
        after = page.next


SORTS = [
    [File.created_at, File.id],
    [File.name, File.size_bytes, File.id],
    [File.completed_at, File.id],
    [File.size_bytes, File.completed_at, File.id],
]


@pytest.mark.parametrize("columns", SORTS, ids=lambda columns: ",".join(column.key for column in columns))
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 40, 100])
async def test_pages_together_are_the_whole_list_in_order(
    session: AsyncSession, columns: list[Any], descending: bool, limit: int
) -> None:
    await fill(session, 40)
    order = [column.desc() if descending else column.asc() for column in columns]
    whole = (await session.scalars(select(File.id).order_by(*order))).all()

    found = await walk(session, columns, limit=limit, descending=descending)

    assert found == list(whole)


async def test_what_is_inserted_or_deleted_between_two_pages_shifts_nothing(session: AsyncSession) -> None:
    await fill(session, 10)
    columns = [File.created_at, File.id]
    before = [file.id for file in (await session.scalars(select(File).order_by(*columns)))]
    first = await keyset(session, select(File), columns, after=None, limit=4)

    early = row(0, None) | {"key": "shared/early", "created_at": datetime(2020, 1, 1, tzinfo=UTC)}
    await session.execute(insert(File), [early])
    await session.execute(delete(File).where(File.id == before[3]))  # the very row the cursor names
    second = await keyset(session, select(File), columns, after=first.next, limit=4)

    assert [file.id for file in second.rows] == before[4:8]


async def test_a_page_is_one_statement(session: AsyncSession, database: Database) -> None:
    await fill(session, 10)

    with statements(database) as asked:
        page = await keyset(session, select(File), [File.created_at, File.id], after=None, limit=4)

    assert (len(page.rows), len(asked)) == (4, 1)


async def test_a_deep_page_is_found_by_the_index(session: AsyncSession) -> None:
    columns = [File.created_at, File.id]
    await session.execute(text("CREATE INDEX here ON files (created_at, id)"))
    await session.execute(text("SET LOCAL enable_seqscan = off"))
    statements: list[Any] = []
    cursor = encode([now(), new_id()])
    event.listen(session.sync_session, "do_orm_execute", lambda state: statements.append(state.statement))
    await keyset(session, select(File), columns, after=cursor, limit=4)

    compiled = statements[0].compile((await session.connection()).engine, compile_kwargs={"literal_binds": True})
    plan = (await session.scalars(text(f"EXPLAIN {compiled}".replace(":", r"\:")))).all()

    assert any("Index Cond: (ROW(" in line for line in plan)


EARLIEST_AND_LATEST = [datetime.combine(day, time()) for day in (date(1800, 1, 1), date(2299, 12, 31))]


class Kind(StrEnum):
    ONE = "one"


@given(
    number=st.integers(-(2**63), 2**63 - 1),
    moment=st.datetimes(*EARLIEST_AND_LATEST, timezones=st.just(UTC)),
    day=st.dates(),
    word=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    name=st.uuids(),
)
def test_a_cursor_gives_back_what_it_was_made_of(
    number: int, moment: datetime, day: date, word: str, name: UUID
) -> None:
    values = [number, moment, day, word, name, None, Kind.ONE]

    assert decode(encode(values), [int, datetime, date, str, UUID, str, Kind]) == values


KINDS: list[list[type]] = [[int], [str], [datetime], [date], [UUID], [Kind], [bool], [int, UUID]]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(), st.lists, max_leaves=3
)


@given(cursor=st.text() | json_values.map(lambda value: base64.urlsafe_b64encode(repr(value).encode()).decode()))
def test_a_cursor_of_a_strangers_is_bad_and_never_an_error_of_ours(cursor: str) -> None:
    for kinds in KINDS:
        with suppress(BadCursor):
            decode(cursor, kinds)


def cursor_of(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


router = APIRouter()


@router.get("/files")
async def files(
    request: Request, response: Response, session: Session, after: After = None, limit: Limit = 20
) -> list[str]:
    page = await keyset(session, select(File), [File.created_at, File.id], after=after, limit=limit)
    link_next(request, response, page.next)
    return [file.key for file in page.rows]


@router.get("/by-size")
async def by_size(session: Session, after: After = None) -> int:
    return len((await keyset(session, select(File), [File.size_bytes, File.id], after=after, limit=20)).rows)


@router.get("/by-name")
async def by_name(session: Session, after: After = None) -> int:
    return len((await keyset(session, select(File), [File.name, File.id], after=after, limit=20)).rows)


@pytest.fixture
async def client(database: Database, settings: Settings, verifier: Verifier) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(framed(router, database, settings, verifier)) as client:
        yield client


ID = "0198c0de-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        ("/files", "%%%"),
        ("/files", "á"),
        ("/files", cursor_of("2026-11-01T00:00:00", ID)),
        ("/files", cursor_of("2026-11-01T00:00:00Z", 5)),
        ("/files", cursor_of("9999-12-31T23:59:59-12:00", ID)),
        ("/files", cursor_of("0001-01-01T00:00:00+14:00", ID)),
        ("/files", cursor_of("2026-11-01T00:00:00Z")),
        ("/files", cursor_of("2026-11-01T00:00:00Z", ID, 1)),
        ("/by-size", cursor_of(2**63, ID)),
        ("/by-size", cursor_of(1.5, ID)),
        ("/by-size", cursor_of(True, ID)),
        ("/by-name", cursor_of("a\x00", ID)),
        ("/by-name", cursor_of({"a": 1}, ID)),
    ],
)
async def test_a_forged_cursor_is_a_problem_that_names_it(client: httpx.AsyncClient, path: str, cursor: str) -> None:
    answer = await client.get(path, params={"after": cursor})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:lantoa:problem:bad-cursor")
    assert answer.json()["errors"][0]["pointer"] == "#/query/after"


async def test_following_the_links_shows_every_row_once(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await fill(session, 25)
    await session.commit()
    found: list[str] = []
    answer = await client.get("/files", params={"limit": 10})
    while True:
        found += answer.json()
        if "next" not in answer.links:
            break
        answer = await client.get(answer.links["next"]["url"])

    assert len(found) == len(set(found)) == 25
    assert all(a != b for a, b in pairwise(found))


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many"])
async def test_a_page_has_one_to_a_hundred_rows(client: httpx.AsyncClient, limit: str) -> None:
    answer = await client.get("/files", params={"limit": limit})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/query/limit")
