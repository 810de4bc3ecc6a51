"""Asking every side the same: first whether it answers alike, then in turn, several times, how fast."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import httpx
import orjson

from deploy.native.process import Server
from tests.bench import processor
from tests.bench.figures import Figure, Run, Table
from tests.bench.load import NotMeasured, Shot, shoot
from tests.bench.questions import Asked, Question, Samples, nodes
from tests.bench.sides.side import Side

ANSWER_LIMIT_S = 30.0
WARM_S, WARM_TURNS, WARM_REQUESTS = 2, 3, 2_000
TRIES = 3
COMPARED = 6  # so many of the varied requests are compared

Say = Callable[[str], None]
Turn = Callable[[], Awaitable[Run]]


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


async def compared(sides: Sequence[Side], question: Question, samples: Samples, say: Say) -> dict[str, Asked]:
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


async def measure(
    sides: Sequence[Side], asked: Mapping[str, Asked], pace: Pace, postgres: Server, say: Say
) -> list[Figure]:
    """Every side in turn, after each was warmed up. Raises NotMeasured."""

    async def prepared(side: Side) -> Shot:
        return Shot(side.server.url, asked[side.name], side.headers)

    async def turn(side: Side) -> Run:
        return await run(side.server, await prepared(side), pace.seconds, postgres)

    measured = [side for side in sides if side.name in asked]
    for side in measured:
        await warm(partial(prepared, side))
    return await in_turns({side.name: partial(turn, side) for side in measured}, pace, say)


async def attempted(title: str, figures: Awaitable[list[Figure]], say: Say) -> list[Table]:
    """The table, said; none, with a word, where ours refused. The bench goes on, and fails at its end."""
    try:
        table = Table(title, await figures)
    except NotMeasured as error:
        say(f"{title}: NOT MEASURED: {error}")
        return []
    say(table.printed())
    return [table]


async def in_turns(turns: Mapping[str, Turn], pace: Pace, say: Say) -> list[Figure]:
    """ABCABC…; who refuses again and again is left out with a word. Raises NotMeasured when that is the first, ours."""
    runs: dict[str, list[Run]] = {name: [] for name in turns}
    ours = next(iter(turns))
    for _ in range(pace.rounds):
        for name in list(runs):
            try:
                runs[name].append(await _insisted(turns[name], say))
            except NotMeasured as error:
                if name == ours:
                    raise
                say(f"{name} is left out: {error}")
                del runs[name]
    return [Figure(name, done) for name, done in runs.items()]


async def _insisted(turn: Turn, say: Say) -> Run:
    """On a machine that others keep busy a request may be refused for want of time."""
    for _ in range(TRIES - 1):
        try:
            return await turn()
        except NotMeasured as error:
            say(f"once more: {error}")
    return await turn()


async def warm(prepared: Callable[[], Awaitable[Shot]]) -> None:
    """Until every connection has its prepared statements and a just-in-time compiler has seen enough."""
    done = 0
    for _ in range(WARM_TURNS):
        with suppress(NotMeasured):  # a start may be too slow for some; what is measured must not be
            done += (await shoot(await prepared(), seconds=WARM_S)).requests
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
