"""Reading in a process of its own: whatever a file does to its reader, the service goes on.

A document from outside may crash a library written in C, ask for all memory, or never end. It is read with limits of
time and memory, by a process that ends with it.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

import orjson

from services.plans.reading.problems import (
    FileBroken,
    FileLocked,
    FormatUnknown,
    NotAPlan,
    NoText,
    NotVietnamese,
    TookTooLong,
    TooLong,
)
from services.plans.reading.reading import Reading
from shared.errors import AppError, TooLarge, Unavailable

READER = ("-m", "services.plans.reading")
LIMIT_S = 25.0
MOST_AT_ONCE = 3  # of one service process; each may use a processor and its share of memory
PROBLEMS: dict[str, type[AppError]] = {
    problem.code: problem
    for problem in (TooLarge, FormatUnknown, FileBroken, FileLocked, NoText, TooLong, NotVietnamese, NotAPlan)
}
_reading: set[Process] = set()


async def read_apart(data: bytes, name: str) -> Reading:
    """As `read_file`. Raises what that raises, TookTooLong, and Unavailable while three others are being read."""
    if len(_reading) >= MOST_AT_ONCE:
        raise Unavailable(part="reading")
    process = await asyncio.create_subprocess_exec(sys.executable, *READER, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    _reading.add(process)
    try:
        async with asyncio.timeout(LIMIT_S):
            answer, _ = await process.communicate(orjson.dumps({"name": name}) + b"\n" + data)
    except TimeoutError as error:
        raise TookTooLong from error
    finally:
        _reading.discard(process)
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _told(answer)


def _told(answer: bytes) -> Reading:
    """A process that was ended, or ended itself, said nothing."""
    if not answer:
        raise TookTooLong
    said = orjson.loads(answer)
    if "problem" in said:
        raise PROBLEMS[said["problem"]](**said["params"])
    return Reading.model_validate(said["reading"])
