"""The memory bus keeps what every bus promises."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from shared.bus.memory import MemoryBus
from shared.db import Database
from tests.shared.road.facts import Ledger
from tests.shared.road.promises import PROMISES


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
async def test_the_memory_bus_keeps_the_promise(
    road: Database, ledger: Ledger, promise: Callable[..., Awaitable[None]]
) -> None:
    ledger.echoes = False

    await promise(MemoryBus(), road, ledger, limit_s=15)
