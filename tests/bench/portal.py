"""The portal graph, question by question, beside what might stand in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from shared.settings import Settings
from tests.bench.figures import Table
from tests.bench.ground import Ground
from tests.bench.measuring import Pace, Say, attempted, compared, measure
from tests.bench.questions import Question, samples
from tests.bench.sides import portals
from tests.bench.sides.postgraphile import postgraphile
from tests.bench.sides.side import Side

CACHE = "graph_cache"  # the product's setting that keeps answers


def has_cache() -> bool:
    """Whether the product keeps answers at all."""
    return CACHE in Settings.model_fields


@asynccontextmanager
async def sides(ground: Ground, named: Sequence[str], say: Say) -> AsyncIterator[list[Side]]:
    """All sides at work, or those whose names begin so; ours is always there."""
    off = {f"LANTOA_{CACHE.upper()}": "false"} if has_cache() else {}
    found = [portals.product(ground, portals.OURSELVES, **off), portals.raw(ground)]
    found += [portals.stock(ground, way) for way in ("plain", "cached", "joined")]
    if peer := await postgraphile(ground):
        found.insert(1, peer)
    else:
        say("PostGraphile is left out: run tests/bench/peers/prepare.sh")
    if has_cache():
        found.append(portals.product(ground, f"{portals.OURSELVES}, answers kept"))
    else:
        say("answers kept: left out, the product has no such setting")
    chosen = [side for side in found[1:] if not named or side.name.lower().startswith(tuple(named))]
    async with AsyncExitStack() as stack:
        for side in [found[0], *chosen]:
            stack.callback(side.server.kill)
            await side.server.start()
        yield [found[0], *chosen]


async def portal(ground: Ground, asked: Sequence[Side], pace: Pace, only: Sequence[str], say: Say) -> list[Table]:
    """One table for each question."""
    values, tables = await samples(ground), []
    for question in Question:
        if not only or question.startswith(tuple(only)):
            able = await compared(asked, question, values, say)
            figures = measure(asked, able, pace, ground.postgres, say)
            tables += await attempted(f"GraphQL: {question}", figures, say)
    return tables
