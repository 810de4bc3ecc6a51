"""A document is read in a process of its own: the same as here, and whatever becomes of that process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psutil
import pytest

from services.plans.reading import read_plan
from services.plans.reading.apart import MOST_AT_ONCE, READER, Apart
from services.plans.reading.problems import FileBroken, NotAPlan, TooLong
from shared.errors import Unavailable
from tests.plans.confirming.texts import PLAN

WORDS = PLAN.encode()


@pytest.fixture
async def apart() -> AsyncIterator[Apart]:
    """With no process yet."""
    made = Apart()
    yield made
    await asyncio.to_thread(made.close)


def readers() -> list[psutil.Process]:
    """Processes of ours that wait for documents."""
    return [child for child in psutil.Process().children() if child.cmdline()[1:] == READER[1:]]


async def test_what_is_read_apart_is_what_is_read_here(apart: Apart) -> None:
    assert await apart.read(WORDS, "kế hoạch.txt") == read_plan(PLAN)


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"PK\x03\x04 broken", "a.docx", FileBroken),
        ("Kính gửi anh Nam, mời anh sang nhà tôi ăn cơm với các cháu cuối tuần này.".encode(), "a.txt", NotAPlan),
        ("dòng\n".encode() * 20_000, "a.txt", TooLong),
    ],
    ids=["broken", "letter", "endless"],
)
async def test_a_problem_comes_back_as_itself(apart: Apart, data: bytes, name: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        await apart.read(data, name)


async def test_a_reading_process_that_died_is_replaced_unnoticed(apart: Apart) -> None:
    before = set(readers())
    await apart.read(WORDS, "a.txt")
    (process,) = set(readers()) - before
    process.kill()
    process.wait(5)

    reading = await apart.read(WORDS, "a.txt")

    assert reading.number is not None


async def test_more_documents_at_once_than_it_takes_are_told_to_come_again(apart: Apart) -> None:
    await apart.read(WORDS, "a.txt")

    told = await asyncio.gather(*(apart.read(WORDS, "a.txt") for _ in range(MOST_AT_ONCE + 1)), return_exceptions=True)

    assert [type(each) for each in told if isinstance(each, Exception)] == [Unavailable]
