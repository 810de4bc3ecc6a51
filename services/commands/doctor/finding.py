"""What the doctor found at one part, and how every look is kept within its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from enum import StrEnum
from typing import NamedTuple

LIMIT_S = 9.0  # for one part, all its questions together
ANSWER_S = 3.0  # for one question


class Level(StrEnum):
    """`look`: it works, but somebody should see to it. `broken`: something promised does not happen now."""

    FINE = "fine"
    LOOK = "look"
    BROKEN = "broken"


class Finding(NamedTuple):
    """One thing looked at. `part` is for scripts and stays; `what`, `found`, `advice` are for people."""

    part: str
    what: str
    level: Level
    found: str
    advice: str = ""  # what to do next; empty when it is fine


Place = tuple[str, str]  # `part` and `what` of a finding


def fine(place: Place, found: str) -> Finding:
    """Nothing to do."""
    return Finding(*place, Level.FINE, found)


def look(place: Place, found: str, advice: str) -> Finding:
    """Not urgent."""
    return Finding(*place, Level.LOOK, found, advice)


def broken(place: Place, found: str, advice: str) -> Finding:
    """Urgent."""
    return Finding(*place, Level.BROKEN, found, advice)


async def within(part: str, what: str, looking: Awaitable[list[Finding]]) -> list[Finding]:
    """Whatever happens to a look becomes a finding: the doctor always finishes, and says what he could not see."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return await looking
    except TimeoutError:
        said = f"không trả lời trong {LIMIT_S:.0f} giây"
        return [broken((part, what), said, "Xem bộ phận này có bị treo, bị dừng hay quá tải không.")]
    except Exception as error:  # a look that fails must not hide what the others saw
        return [broken((part, what), f"không khám được: {error!r}"[:300], "Xem nhật ký của bộ phận này.")]


async def reach(host: str, port: int) -> str | None:
    """None when somebody takes connections there, else why not, in words."""
    try:
        async with asyncio.timeout(ANSWER_S):
            _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return "không có ai nghe ở cổng ấy (tiến trình đã dừng?)"
    except TimeoutError:
        return "không tới được trong 3 giây (tường lửa, mạng?)"
    except OSError as error:
        return f"không tới được ({error.strerror or error})"
    writer.close()
    return None
