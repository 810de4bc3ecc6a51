"""Processor time of a process and all its children, as the system counts it: robust where others share the machine."""

from __future__ import annotations

from contextlib import suppress

import psutil


def spent_us(pid: int) -> int:
    """User and system time of the tree below `pid`, including children that have ended and were waited for."""
    parent = psutil.Process(pid)
    return sum(_spent_us(each) for each in [parent, *parent.children(recursive=True)])


def _spent_us(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess):  # ended meanwhile; its parent's count has it
        times = process.cpu_times()
        seconds: float = times.user + times.system + times.children_user + times.children_system
        return round(1e6 * seconds)
    return 0
