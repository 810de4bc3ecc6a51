"""`python -m tests.bench`: starts every side, measures them in turn, prints and writes down what came of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog

from deploy.native.servers import missing
from tests.bench import page
from tests.bench.figures import Table
from tests.bench.ground import ground
from tests.bench.looping import looped
from tests.bench.measuring import Pace, attempted
from tests.bench.portal import portal, sides
from tests.bench.posting import DRAFT, SUBMISSION, posters, posting
from tests.bench.questions import Question
from tests.bench.road import rows


def arguments() -> argparse.Namespace:
    """What may be said on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--items", type=int, nargs="+", default=[10_000])
    parser.add_argument("--rounds", type=int, default=5, help="how often each side has its turn")
    parser.add_argument("--seconds", type=float, default=2, help="how long a turn takes")
    parser.add_argument(
        "--only", nargs="*", default=[], help="questions that begin so: list, item, search, deep, post, road"
    )
    parser.add_argument("--sides", nargs="*", default=[], help="peers whose names begin so, in small letters")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md too")
    return parser.parse_args()


async def main(asked: argparse.Namespace, home: Path) -> bool:
    """Whether all was measured. Ends what it started also when it is told to end."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    pace = Pace(asked.rounds, asked.seconds)
    whole = not asked.only and not asked.sides  # a part of the figures would take the place of all of them
    complete = True
    road_whole = not asked.sides and set(asked.only) <= {"road"}  # which is a part of the page by itself
    if asked.write and not whole and not road_whole:
        say("docs/performance.md is left as it is: only a part is measured")
    for items in asked.items:
        tables, text = await doors(asked, pace, home / str(items), items)
        complete = complete and (not whole or tables == len(Question) + 2)
        if asked.write and whole and complete:
            page.write(f"{items} items", text)
    if not asked.only or "road" in asked.only:
        told = await road(asked.rounds)
        if asked.write and road_whole and told:
            page.write("road", told)
    return complete


async def doors(asked: argparse.Namespace, pace: Pace, home: Path, items: int) -> tuple[int, str]:
    """The portal graph and posting, over so many items."""
    made_of: dict[str, Mapping[str, str]] = {}
    tables: list[Table] = []
    if set(asked.only) == {"road"}:
        return 0, ""
    say(f"\n{items:,} items")
    async with ground(home, items) as found:
        if not asked.only or set(asked.only) - {"post", "road"}:
            async with sides(found, asked.sides, say) as able:
                made_of |= {side.name: side.made_of for side in able}
                tables += await portal(found, able, pace, asked.only, say)
        if not asked.only or "post" in asked.only:
            async with posters(found) as able_to_post:
                made_of |= {poster.name: poster.made_of for poster in able_to_post}
                for write, asked_of in ((DRAFT, able_to_post), (SUBMISSION, able_to_post[:2])):
                    figures = posting(found, asked_of, write, pace, say)
                    tables += await attempted(write.title, figures, say)
        made_of |= {"PostgreSQL": {"server": await found.version()}}
    return len(tables), page.told(tables, made_of, items=items, pace=pace)


async def road(rounds: int) -> str | None:
    """The event road's own bench; None where there is no Kafka."""
    if "Kafka" in missing():
        say("the road is left out: no Kafka here, run make servers")
        return None
    with quiet():
        text = page.told_of_the_road(await rows(rounds=rounds), rounds=rounds)
    say(f"\nThe road\n{text}")
    return text


@contextmanager
def quiet() -> Iterator[None]:
    """What is measured in this process does not write its log between the figures."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def say(text: str) -> None:
    """To whoever watches, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def begin() -> int:
    """In a folder of its own, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="lantoa-bench-"))
    home.chmod(0o755)  # PostgreSQL runs as somebody else where we are root
    try:
        return 0 if looped(main(arguments(), home)) else 1
    except asyncio.CancelledError:
        say("bench: ended before its time")
        return 130
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(begin())
