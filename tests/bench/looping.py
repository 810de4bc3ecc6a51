"""The event loop of what is measured here: the one that the services run on."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from uvicorn.loops.auto import auto_loop_factory

from shared.loading import loading

T = TypeVar("T")


def looped(main: Coroutine[Any, Any, T]) -> T:
    """To its end; on uvloop where there is one."""
    with loading():  # as a service does; all is imported by now
        pass
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(main)
