"""Pages that people look at: a refusal is a page too, for who opens a link reads no JSON."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from shared.errors import AppError, NotFound
from shared.problems import as_app_error


class PageRoute(APIRoute):
    """Refusals leave as pages; what nobody expected goes on to the last resort. Nothing was changed by either.

    A service says in a class of its own how its pages tell one; else it is told as everywhere.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with refusals told."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:
                # an address that names nothing of ours is not there, whatever is wrong with it
                refusal = NotFound() if isinstance(error, RequestValidationError) else as_app_error(error)
                if refusal.status == 500:
                    raise
                return self.told(request, refusal)

        return handle

    def told(self, request: Request, refusal: AppError) -> Response:
        """The refusal, as these pages look."""
        raise refusal
