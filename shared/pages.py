"""Pages that people look at: a refusal is a page too, for who opens a link reads no JSON."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.errors import AppError


class PageRoute(APIRoute):
    """Whatever is refused here is told as a page; `shared.problems` asks for it wherever it would tell a problem."""

    def told(self, request: Request, refusal: AppError) -> Response | None:
        """The refusal, as these pages look; None is told as everywhere."""
        return None
