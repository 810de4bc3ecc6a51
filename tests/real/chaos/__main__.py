"""`python -m tests.real.chaos --seconds 60 --seed 7`: exit code 1 and the shortest story when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaError

from deploy.native.servers import missing
from tests.real.chaos.run import run

PER_S = 15.0  # requests a second, all people together


def arguments() -> argparse.Namespace:
    """What may be said on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.real.chaos")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--per-second", type=float, default=PER_S)
    parser.add_argument("--keep", type=Path, default=None, help="folder for logs and journal; kept afterwards")
    return parser.parse_args()


async def main(asked: argparse.Namespace, folder: Path) -> int:
    """Ends what it started also when it is told to end."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    loop.set_exception_handler(_unless_away)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    say(f"chaos: seed {seed}, {asked.seconds:.0f} s of faults, in {folder}")
    figures, story = await run(folder, seed=seed, seconds=asked.seconds, per_s=asked.per_second)
    say(json.dumps(figures, indent=1, ensure_ascii=False))
    say(story or "chaos: every promise was kept")
    return 1 if story else 0


def _unless_away(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """That what we killed does not answer is no news; everything else is."""
    if not isinstance(context.get("exception"), (KafkaError, OSError)):
        loop.default_exception_handler(context)


def say(text: str) -> None:
    """To whoever watches, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def begin() -> int:
    """A folder of its own, removed when all went well."""
    asked = arguments()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that the broker is away is no news here
    if absent := missing():
        say(f"Thiếu / missing: {', '.join(absent)}. Chạy / run: make servers")
        return 2
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="lantoa-chaos-"))
    try:
        code = asyncio.run(main(asked, folder))
    except asyncio.CancelledError:
        say("chaos: ended before its time")
        return 130
    if code == 0 and asked.keep is None:
        shutil.rmtree(folder, ignore_errors=True)
    elif code:
        say(f"chaos: journal, logs and databases' state in {folder}")
    return code


if __name__ == "__main__":
    sys.exit(begin())
