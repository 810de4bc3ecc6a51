"""The event loop of what is measured here: the one that the services run on."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from shared import process

T = TypeVar("T")


def looped(main: Coroutine[Any, Any, T]) -> T:
    """To its end, in a process as `lantoa serve` is one."""
    process.settle()
    with process.runner() as runner:
        return runner.run(main)
