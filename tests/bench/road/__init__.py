"""The event road measured: relay, receiving, and the way from an approval to its effects, each beside its peer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from uuid import uuid4

from tests.bench.road import approving, growing, receiving, relaying
from tests.bench.road.ground import Row, ground

PARTS = {
    "relay": relaying.throughput,
    "receive": receiving.throughput,
    "latency": relaying.latencies,
    "growth": growing.small,
    "approve": approving.latencies,
}


async def rows(*, rounds: int = 5, only: Collection[str] = (), facts: int | None = None) -> list[Row]:
    """What, ours, peer, ratio, unit, note: for the page of figures."""
    # PostgreSQL, a user of its own, must be able to enter: a folder that is made for one user would keep it out
    folder = Path(tempfile.gettempdir()) / f"lantoa-road-{uuid4().hex[:8]}"
    try:
        async with ground(folder) as here:
            if facts is not None:
                return await growing.grown(here, facts)
            return [row for name, part in PARTS.items() if not only or name in only for row in await part(here, rounds)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
