"""`python -m tests.bench`: starts every side, measures them in turn, prints and writes down what came of it."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.bench import page
from tests.bench.figures import Table
from tests.bench.ground import ground
from tests.bench.measuring import Pace
from tests.bench.portal import portal, sides
from tests.bench.posting import posters, posting

MANY = 1_000_000


def arguments() -> argparse.Namespace:
    """What may be said on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--items", type=int, nargs="+", default=[10_000])
    parser.add_argument("--rounds", type=int, default=5, help="how often each side has its turn")
    parser.add_argument("--seconds", type=float, default=2, help="how long a turn takes")
    parser.add_argument("--only", nargs="*", default=[], help="questions that begin so: list, item, search, deep, post")
    parser.add_argument("--sides", nargs="*", default=[], help="peers whose names begin so, in small letters")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md too")
    return parser.parse_args()


async def main(asked: argparse.Namespace, home: Path) -> None:
    """Ends what it started also when it is told to end."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    pace = Pace(asked.rounds, asked.seconds)
    for items in asked.items:
        made_of: dict[str, Mapping[str, str]] = {}
        tables: list[Table] = []
        say(f"\n{items:,} items")
        async with ground(home / str(items), items) as found:
            if not asked.only or set(asked.only) - {"post"}:
                async with sides(found, asked.sides, say) as able:
                    made_of |= {side.name: side.made_of for side in able}
                    tables += await portal(found, able, pace, asked.only, say)
            if not asked.only or "post" in asked.only:
                async with posters(found) as able_to_post:
                    made_of |= {poster.name: poster.made_of for poster in able_to_post}
                    tables.append(await posting(found, able_to_post, pace, say))
            made_of |= {"PostgreSQL": {"server": await found.version()}}
        if asked.write:
            page.write(f"{items} items", page.told(tables, made_of, items=items, pace=pace))


def say(text: str) -> None:
    """To whoever watches, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def begin() -> int:
    """In a folder of its own, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="lantoa-bench-"))
    home.chmod(0o755)  # PostgreSQL runs as somebody else where we are root
    try:
        asyncio.run(main(arguments(), home))
    except asyncio.CancelledError:
        say("bench: ended before its time")
        return 130
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(begin())
