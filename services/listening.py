"""How much time and room a stranger has before he has said what he wants: the head of a request, whole and soon.

uvicorn limits neither with its fast parser: one connection could send headers without end, or for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT_BYTES = 64 * 1024
HEAD_TIME_LIMIT_S = 10.0
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class CarefulProtocol(HttpToolsProtocol):
    """uvicorn's own, closed on whoever takes too long over the head of a request, or too much of it."""

    head_time_limit_s = HEAD_TIME_LIMIT_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock runs from here on: who says nothing is not waited for either."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._waiting: asyncio.TimerHandle | None = None
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Counts what has come while the head is not complete."""
        super().data_received(data)
        if self._waiting is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_LIMIT_BYTES:
                self._refuse()

    def on_message_begin(self) -> None:
        """The next request on a connection that was kept."""
        super().on_message_begin()
        self._head_bytes = 0
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        """The head is there; its body and its answer have limits of their own."""
        self._stop_waiting()
        if sum(len(name) + len(value) for name, value in self.headers) > HEAD_LIMIT_BYTES:
            self._refuse()
            raise ValueError("the head of the request is too large")
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Nothing more is said to somebody who was refused already."""
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _wait_for_head(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.head_time_limit_s, self.transport.close)

    def _stop_waiting(self, *_: Any) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _refuse(self) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()
