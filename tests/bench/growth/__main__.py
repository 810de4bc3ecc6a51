"""`python -m tests.bench.growth`: a small and a large year side by side: times, plans of queries, memory, start-up."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.growth.doors import BOARD, SEARCH, doors
from tests.bench.growth.fill import SERVICES
from tests.bench.growth.ground import Ground, ground
from tests.bench.growth.measuring import Timed, judged, printed, timed
from tests.bench.growth.size import Size

SEARCH_MS, BOARD_MS = 50, 300


def arguments() -> argparse.Namespace:
    """What may be said on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth")
    parser.add_argument("--factor", type=float, default=1.0, help="of a country's year")
    parser.add_argument("--beside", type=float, default=0.01, help="the small year it is compared with")
    parser.add_argument("--rounds", type=int, default=15, help="how often each door has its turn")
    parser.add_argument("--home", type=Path, help="keeps both years there, and uses what it finds")
    return parser.parse_args()


async def main(asked: argparse.Namespace, home: Path) -> int:
    """0 when every plan is good and both limits hold."""
    whole = Size()
    say(f"a year of {whole.times(asked.beside).nominations:,} nominations")
    async with ground(home / f"x{asked.beside:g}", whole.times(asked.beside), say) as small:
        say(f"a year of {whole.times(asked.factor).nominations:,} nominations")
        async with ground(home / f"x{asked.factor:g}", whole.times(asked.factor), say) as large:
            pairs = list(zip(await doors(small), await doors(large), strict=True))
            found = await timed(small, large, pairs, rounds=asked.rounds)
            say("\n" + printed(found))
            say("\n" + memory(small, large))
            say("\nwhat PostgreSQL reads for each, in the large year:")
            bad = await judged(large, [much for _, much in pairs], say)
    return bad + late(found, SEARCH, SEARCH_MS) + late(found, BOARD, BOARD_MS)


def late(found: list[Timed], kind: str, limit_ms: float) -> int:
    """How many of a kind took longer than promised; says so."""
    slow = [each for each in found if each.door.kind == kind and median(each.large_ms) > limit_ms]
    for each in slow:
        say(f"{each.door.name}: {median(each.large_ms):.0f} ms is more than {limit_ms:.0f} ms")
    return len(slow)


def memory(small: Ground, large: Ground) -> str:
    """Each service's process, as it started and after the doors were asked."""
    lines = [f"{'':16} {'start s':>16} {'MB at start':>16} {'MB after load':>16}   (small / large)"]
    for service in SERVICES:
        cells = [
            (small.began_s[service], large.began_s[service]),
            (small.resident_mb[service], large.resident_mb[service]),
            (small.memory_mb(service), large.memory_mb(service)),
        ]
        lines.append(f"{service:16} " + " ".join(f"{little:7.1f} /{much:7.1f}" for little, much in cells))
    return "\n".join(lines)


def say(text: str) -> None:
    """To whoever watches, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def begin() -> int:
    """In a folder of its own, removed afterwards, unless one is named."""
    asked = arguments()
    home = asked.home or Path(tempfile.mkdtemp(prefix="lantoa-growth-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    try:
        return asyncio.run(main(asked, home))
    finally:
        if asked.home is None:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(min(begin(), 1))
