"""`python -m tests.bench.profiling graph` (or another path): py-spy beside the bench's own load, summed up as text.

Any other command is sampled when it is handed over: `python -m tests.bench.profiling relay -- <command>`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench.ground import ground
from tests.bench.load import Shot, shoot
from tests.bench.measuring import WARM_S
from tests.bench.portal import sides
from tests.bench.posting import drafting, posters, submitting
from tests.bench.questions import Question, samples

OUT = Path(__file__).resolve().parents[2] / ".bench" / "profile"
LINE = re.compile(r":\d+\)$")
PER_S, SHOWN = 250, 40
READS = {"graph": Question.LIST, "item": Question.ITEM, "search": Question.SEARCH, "deep": Question.DEEP}
POSTS = {"posting": drafting, "presenting": submitting}
PREPARED = 20_000  # drafts, more than are presented while it lasts
FEW = 4  # nobody waits for a connection: what is looked at is the work


def recording(*target: str, raw: Path) -> list[str]:
    """The command that samples stacks of whoever holds the interpreter."""
    spy = str(Path(sys.executable).with_name("py-spy"))
    return [spy, "record", "--gil", "--rate", str(PER_S), "--format", "raw", "--output", str(raw), *target]


def summed(raw: str) -> str:
    """Who was at work himself, and on whose behalf: shares of all samples, largest first."""
    own: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [LINE.sub(")", frame) for frame in stack.split(";")]
        own[frames[-1]] += int(count)
        below.update({frame: int(count) for frame in set(frames)})
    total = own.total() or 1
    parts = [("self", own), ("with everything it calls", below)]
    return "\n\n".join(
        "\n".join([f"{title}, of {total} samples", *(f"{n / total:6.1%}  {f}" for f, n in counted.most_common(SHOWN))])
        for title, counted in parts
    )


async def profiled(pid: int, shot: Shot, seconds: float, raw: Path) -> None:
    """Under load, after it was warmed up."""
    shot = replace(shot, connections=FEW)
    await shoot(shot, seconds=WARM_S)
    spying = await asyncio.create_subprocess_exec(
        *recording("--pid", str(pid), "--duration", str(round(seconds)), raw=raw), stdout=subprocess.DEVNULL
    )
    await shoot(shot, seconds=seconds + 2)
    if await spying.wait():
        raise RuntimeError("py-spy could not look into the process: it may need to run as root")


async def main(what: str, seconds: float, home: Path, raw: Path) -> None:
    """Starts the product alone."""
    async with ground(home, 10_000) as found:
        if what in POSTS:
            async with posters(found) as able:
                ours = able[0]
                await shoot(await drafting(ours, "first-", 0), seconds=1)
                await profiled(ours.server.pid, await POSTS[what](ours, "profile-", PREPARED), seconds, raw)
        else:
            async with sides(found, ["nobody else"], print) as both:
                asked = await both[0].asked(READS[what], await samples(found))
                assert asked is not None
                await profiled(both[0].server.pid, Shot(both[0].server.url, asked, {}), seconds, raw)


def begin(given: Sequence[str]) -> int:
    """Writes `.bench/profile/<what>.txt` and says where."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profiling")
    parser.add_argument(
        "what", help=f"{', '.join([*READS, *POSTS])}; with a command behind `--`, the name of the summary"
    )
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("command", nargs="*", help="run and sampled instead")
    asked = parser.parse_args(given)
    OUT.mkdir(parents=True, exist_ok=True)
    raw, text = OUT / f"{asked.what}.raw", OUT / f"{asked.what}.txt"
    raw.unlink(missing_ok=True)
    home = Path(tempfile.mkdtemp(prefix="lantoa-bench-"))
    home.chmod(0o755)
    try:
        if asked.command:
            subprocess.run(recording("--subprocesses", "--", *asked.command, raw=raw), check=True)
        else:
            asyncio.run(main(asked.what, asked.seconds, home, raw))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    text.write_text(summed(raw.read_text()))
    sys.stdout.write(f"{text.read_text()[:3000]}\n…\n{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(begin(sys.argv[1:]))
