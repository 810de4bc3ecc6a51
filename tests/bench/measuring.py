"""Asking every side the same: first whether it answers alike, then in turn, several times, how fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx
import orjson

from deploy.native.process import Server
from tests.bench import processor
from tests.bench.figures import Figure, Run
from tests.bench.load import NotMeasured, Shot, shoot
from tests.bench.questions import Asked, Question, Samples, nodes
from tests.bench.sides.side import Side

ANSWER_LIMIT_S = 30.0
WARM_S, WARM_TURNS, WARM_REQUESTS = 2, 4, 2_000
COMPARED = 6  # so many of the varied requests are compared


@dataclass(frozen=True)
class Pace:
    """How long is measured."""

    rounds: int
    seconds: float


async def answers(side: Side, asked: Asked) -> list[list[dict[str, object]]]:
    """What the side says to the first few requests. Raises NotMeasured."""
    headers = {"content-type": "application/json", **side.headers}
    async with httpx.AsyncClient(base_url=side.server.url, timeout=ANSWER_LIMIT_S, trust_env=False) as http:
        found = []
        for body in asked.bodies[:COMPARED]:
            answer = await http.post(asked.path, content=body, headers=headers)
            try:
                found.append(nodes(orjson.loads(answer.content)))
            except (ValueError, KeyError, TypeError) as error:
                raise NotMeasured(f"{side.name} {asked.path}: {answer.status_code} {answer.text[:600]}") from error
        return found


async def compared(
    sides: Sequence[Side], question: Question, samples: Samples, say: Callable[[str], None]
) -> dict[str, Asked]:
    """The requests of the sides that answer as the first one does: same rows, same order, same texts."""
    found: dict[str, Asked] = {}
    expected: list[list[dict[str, object]]] | None = None
    for side in sides:
        asked = await side.asked(question, samples)
        if asked is None:
            continue
        try:
            given = await answers(side, asked)
        except NotMeasured as error:
            say(f"{question}: {side.name} left out, it answers with an error: {error}")
            continue
        if expected is None:
            expected = given
            assert all(given), f"{question}: nothing to compare in {given}"
        if given != expected:
            say(f"{question}: {side.name} left out, it answers differently: {given[0][:1]} for {expected[0][:1]}")
            continue
        found[side.name] = asked
    return found


async def measure(sides: Sequence[Side], asked: Mapping[str, Asked], pace: Pace, postgres: Server) -> list[Figure]:
    """Every side in turn, ABCABC…, after each was warmed up."""
    measured = [side for side in sides if side.name in asked]
    runs: dict[str, list[Run]] = {side.name: [] for side in measured}
    for side in measured:
        await warm(Shot(side.server.url, asked[side.name], side.headers))
    for _ in range(pace.rounds):
        for side in measured:
            shot = Shot(side.server.url, asked[side.name], side.headers)
            runs[side.name].append(await run(side.server, shot, pace.seconds, postgres))
    return [Figure(side.name, runs[side.name]) for side in measured]


async def warm(shot: Shot) -> None:
    """Until every connection has its prepared statements and a just-in-time compiler has seen enough."""
    done = 0
    for _ in range(WARM_TURNS):
        done += (await shoot(shot, seconds=WARM_S)).requests
        if done >= WARM_REQUESTS:
            return


async def run(server: Server, shot: Shot, seconds: float, postgres: Server) -> Run:
    """One run, with the processor time that it took on both sides of the connection."""
    before = processor.spent_us(server.pid), processor.spent_us(postgres.pid)
    told = await shoot(shot, seconds=seconds)
    after = processor.spent_us(server.pid), processor.spent_us(postgres.pid)
    return Run(
        requests=told.requests,
        per_s=told.requests * 1e6 / told.duration_us,
        server_us=(after[0] - before[0]) / told.requests,
        postgres_us=(after[1] - before[1]) / told.requests,
        p50_ms=told.p50_us / 1000,
        p99_ms=told.p99_us / 1000,
    )
