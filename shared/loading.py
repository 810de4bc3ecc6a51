"""Loading code without the garbage collector, which would go over all of it again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """At start-up: the collector goes over what is imported and made inside neither now nor later.

    Nor over anything else that is alive by then: of all that, only what refers to itself in a circle is never freed.
    It took a third of the time to load; and a tenth of a second, in which nobody was answered, at each full turn.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
