"""Server-sent events: publications as they happen, from where the reader left off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.publicity import queries
from services.publicity.queries import CursorTooOld
from shared.db import Database
from shared.events import Envelope, outside
from shared.paging import BadCursor
from shared.problems import responses
from shared.transient import is_transient

router = APIRouter(prefix="/v1", tags=["catch-up"])

LOOK_EVERY_S = 0.2
BATCH = 100
RESET = "Không còn giữ sự kiện này; hãy đọc lại từ /v1/items, rồi nghe tiếp."
Batch = tuple[Sequence[Envelope], str]


class Tail:
    """The end of what was sent. However many listen in this process, each place is read once every 200 ms.

    Nothing is kept longer than that, so what is recalled in between is not given out from a memory of ours.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._read: dict[str, tuple[float, asyncio.Task[Batch]]] = {}

    async def beyond(self, cursor: str) -> Batch:
        """The facts behind a cursor, at most a hundred, and the cursor behind those. Raises CursorTooOld."""
        moment = asyncio.get_running_loop().time()
        self._read = {place: kept for place, kept in self._read.items() if moment - kept[0] < LOOK_EVERY_S}
        if cursor not in self._read:
            self._read[cursor] = (moment, asyncio.create_task(self._from(cursor)))
        return await asyncio.shield(self._read[cursor][1])

    async def _from(self, cursor: str) -> Batch:
        async with self.database.transaction() as session:
            return await queries.sent_facts(session, after=cursor, limit=BATCH)

    async def place(self, fact_id: str | None) -> tuple[str, bool]:
        """The cursor behind a fact, and whether it is still known; without one, or unknown: the present end.

        Waits while the database is away: who is cut off comes again every few seconds, and so would everybody.
        """
        while True:
            try:
                return await self._place(fact_id)
            except Exception as error:
                if not is_transient(error):
                    raise
            await asyncio.sleep(LOOK_EVERY_S)

    async def _place(self, fact_id: str | None) -> tuple[str, bool]:
        async with self.database.transaction() as session:
            if fact_id is not None:
                with suppress(CursorTooOld, BadCursor):
                    return await queries.cursor_behind(session, fact_id), True
            return await queries.newest_cursor(session), fact_id is None


@router.get(
    "/events/stream",
    summary="Nghe các sự kiện công khai ngay khi xảy ra (SSE)",
    response_class=EventSourceResponse,
    responses=responses(),
    operation_id="stream_events",
)
async def stream(
    request: Request, last_event_id: Annotated[str | None, Header(max_length=100)] = None
) -> AsyncIterator[ServerSentEvent]:
    """`id` là mã CloudEvents; trình duyệt tự gửi lại qua `Last-Event-ID`. `reset`: hãy đọc lại từ trạng thái.

    Đầu tiên là một `id` không kèm dữ liệu: nơi bắt đầu nghe, để mất kết nối trước sự kiện đầu cũng không sót gì.
    """
    tail: Tail = request.app.state.tail
    cursor, known = await tail.place(last_event_id)
    if not known:
        yield _reset(cursor)
    elif last_event_id is None:
        yield ServerSentEvent(id=cursor)
    while not request.app.state.ending.is_set():
        try:
            facts, cursor = await tail.beyond(cursor)
        except (CursorTooOld, BadCursor):
            cursor, _ = await tail.place(None)
            yield _reset(cursor)
            continue
        except Exception as error:
            if not is_transient(error):
                raise
            facts = []  # the database is away: the reader keeps his place
        for fact in facts:
            yield ServerSentEvent(id=str(fact.id), event=fact.type, data=outside(fact))
        if len(facts) < BATCH:
            await asyncio.sleep(LOOK_EVERY_S)


def _reset(cursor: str) -> ServerSentEvent:
    return ServerSentEvent(id=cursor, event="reset", data={"detail": RESET})
