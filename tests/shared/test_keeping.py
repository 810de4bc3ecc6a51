"""What a process keeps is bounded, goes with what it was made of, and is never older than a second."""

from __future__ import annotations

import asyncio

from shared.keeping import EVERYTHING, MOST, MOST_BYTES, OLDEST_S, Kept


def memory() -> Kept:
    """One that is told of changes."""
    return Kept(listening=True)


def test_what_is_kept_is_found_until_something_it_was_made_of_changes() -> None:
    kept = memory()
    kept.put("list", 1, tags=["items"], since=kept.moment())
    kept.put("one", 2, tags=["item:1"], since=kept.moment())

    kept.drop("items")

    assert (kept.get("list"), kept.get("one")) == (None, 2)


def test_everything_goes_at_once() -> None:
    kept = memory()
    kept.put("one", 2, tags=["item:1"], since=kept.moment())

    kept.drop(EVERYTHING)

    assert kept.get("one") is None


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    kept = memory()
    before = kept.moment()
    kept.drop("item:2")

    kept.put("one", 2, tags=["item:1"], since=before)

    assert kept.get("one") is None


def test_nothing_is_kept_while_nobody_tells_of_changes() -> None:
    kept = Kept()

    kept.put("one", 2, tags=["item:1"], since=kept.moment())

    assert kept.get("one") is None


async def test_nothing_is_older_than_a_second() -> None:
    kept = memory()
    kept.put("one", 2, tags=["item:1"], since=kept.moment())
    await asyncio.sleep(OLDEST_S + 0.05)

    found = kept.get("one")

    assert found is None


def test_the_memory_has_bounds_in_number_and_in_bytes() -> None:
    many, large = memory(), memory()
    for number in range(MOST + 5):
        many.put(number, number, tags=["items"], since=many.moment())
    for number in range(3):
        large.put(number, number, tags=["items"], since=large.moment(), size=MOST_BYTES // 2)

    assert (many.get(4), many.get(5)) == (None, 5)
    assert (large.get(0), large.get(1), large.get(2)) == (None, 1, 2)
