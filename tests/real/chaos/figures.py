"""What a run was: where, how much was asked, broken and felt."""

from __future__ import annotations

import os
import platform
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from tests.real.chaos.checker.evidence import SERVICES, Evidence
from tests.real.chaos.operating import ROOT
from tests.real.chaos.stage import Stage

FELT = (
    "fact parked",
    "handler failed",
    "batch waits",
    "offsets not committed",
    "relay leads",
    "relay no longer leads",
    "relay heartbeat failed",
    "broker is away",
    "loop waits",
    "reading stopped",
    "reading failed",
    "loop failed",
    "sending failed",
)


def figures_of(counts: Mapping[str, int], evidence: Evidence, done: Mapping[str, int]) -> dict[str, Any]:
    """`records` counts repetitions that the relay itself sent; copies of ours are left out."""
    return {
        "acknowledged": counts.get("answered", 0),
        "asked": counts.get("asked", 0),
        "kills": sum(n for kind, n in done.items() if kind.startswith("kill")),
        "faults": dict(sorted(done.items())),
        "facts": sum(len(evidence.facts(service)) for service in SERVICES),
        "records": sum(len(records) for records in evidence.topics.values()),
        "webhooks": counts.get("webhook", 0),
        "events": counts.get("sse", 0),
        "portal_reads": counts.get("portal", 0),
    }


def felt(folder: Path) -> dict[str, int]:
    """How often the services' own logs say that a fault was met: a run in which nothing was felt shows nothing."""
    found: Counter[str] = Counter()
    for path in folder.glob("*.log"):
        for line in path.read_text(errors="replace").splitlines():
            found.update(said for said in FELT if f'"event": "{said}"' in line)
    return dict(sorted(found.items()))


def about_here(found: Stage) -> dict[str, Any]:
    """Which commit, on what machine."""
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    memory = psutil.virtual_memory().total / 2**30
    return {
        "commit": commit.stdout.strip(),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "disk_can_be_filled": found.disk.can_be_filled,
    }
