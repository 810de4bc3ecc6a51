"""Routes that refuse what would not count."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

NO_BODY = {b"", b"{}", b"null"}  # what clients send that always send something


class ExactRoute(APIRoute):
    """A write that takes no body refuses one: nobody may think that what he wrote there has counted."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, behind that look."""
        answer = super().get_route_handler()
        if self.body_field is not None:
            return answer

        async def handle(request: Request) -> Response:
            if request.method not in {"GET", "HEAD"} and (await request.body()).strip() not in NO_BODY:
                raise RequestValidationError([{"type": "body_not_taken", "loc": ("body",), "msg": "takes no body"}])
            return await answer(request)

        return handle
