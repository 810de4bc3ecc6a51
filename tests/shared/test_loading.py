"""Loading: what start-up made is nothing for the garbage collector, and everything after it is."""

from __future__ import annotations

import gc
import weakref

import pytest

from shared.loading import loading


class Knot:
    """Refers to itself, so that only the collector can end it."""

    def __init__(self) -> None:
        self.self = self


def test_the_collector_is_off_inside_and_on_again_even_after_an_error() -> None:
    @loading()
    def broken() -> None:
        assert not gc.isenabled()
        raise ImportError

    with pytest.raises(ImportError):
        broken()
    assert gc.isenabled()


def test_what_was_made_inside_stays_and_what_comes_after_is_collected() -> None:
    with loading():
        made = weakref.ref(Knot())
    after = weakref.ref(Knot())
    gc.collect()

    assert made() is not None
    assert after() is None


def test_who_has_turned_the_collector_off_finds_it_off() -> None:
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
