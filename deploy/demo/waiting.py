"""Waiting for an effect that travels by the event road: asked again until it is there, never longer than a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from deploy.demo.failed import StepFailed

LIMIT_S = 60.0
EVERY_S = 0.1

T = TypeVar("T")


async def until(what: str, ask: Callable[[], Awaitable[T | None]], *, limit_s: float = LIMIT_S) -> T:
    """What `ask` gives once it gives something. Raises StepFailed when the limit has passed."""
    try:
        async with asyncio.timeout(limit_s):
            while True:
                found = await ask()
                if found is not None:
                    return found
                await asyncio.sleep(EVERY_S)
    except TimeoutError as error:
        raise StepFailed(f"Đã chờ {limit_s:.0f} giây mà chưa thấy: {what}.") from error
