"""What breaks when: made from the seed alone, so that the same seed breaks the same things at the same moments."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.real.chaos.stage import REPLICAS, SERVICES

SERVERS = ("postgres", "kafka", "minio")
MINUTE_S = 60.0
QUIET_S = 1.5  # at both ends
PROCESSES = tuple(f"{service}-{number}" for service in SERVICES for number in range(1, REPLICAS + 1))


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that goes wrong, `for_s` seconds long; `target` is a process, a server, a link or a service."""

    at_s: float
    kind: str
    target: str
    for_s: float


def schedule(seed: int, seconds: float) -> list[Fault]:
    """A bag of faults for every minute, drawn and spread by chance, in order of time."""
    rng = random.Random(seed)
    faults: list[Fault] = []
    begin = 0.0
    while begin < seconds:
        length = min(MINUTE_S, seconds - begin)
        bag = _minute(rng)
        part = bag if length >= MINUTE_S else rng.sample(bag, max(1, round(len(bag) * length / MINUTE_S)))
        latest = begin + length - QUIET_S
        faults += [
            Fault(round(rng.uniform(begin + QUIET_S, latest), 2), kind, target, round(for_s, 2))
            for kind, target, for_s in part
        ]
        begin += MINUTE_S
    return sorted(faults)


def _minute(rng: random.Random) -> list[tuple[str, str, float]]:
    """At least ten kills, and one at least of everything else."""
    bag = [("kill", target, rng.uniform(0.2, 1.5)) for target in rng.choices(PROCESSES, k=7)]
    bag += [("kill", target, rng.uniform(0.2, 2.0)) for target in ("postgres", "postgres", "kafka", "minio")]
    bag += [("kill-both", rng.choice(SERVICES), rng.uniform(0.2, 1.0))]
    bag += [("pause", target, rng.uniform(1.0, 5.0)) for target in rng.choices(PROCESSES, k=2)]
    bag += [("pause", rng.choice(PROCESSES), rng.uniform(11.0, 14.0))]  # longer than Kafka waits for a member
    bag += [("pause", target, rng.uniform(1.0, 4.0)) for target in rng.sample(SERVERS, 2)]
    bag += [("partition", _link(rng), rng.uniform(2.0, 8.0)) for _ in range(3)]
    bag += [("partition-all", rng.choice(SERVERS), rng.uniform(1.0, 5.0))]
    bag += [("latency", _link(rng), rng.uniform(3.0, 8.0)) for _ in range(2)]
    bag += [("reset", _link(rng), 0.0) for _ in range(3)]
    bag += [("disk-full", "minio", rng.uniform(4.0, 8.0))]
    bag += [("echo", "kafka", rng.uniform(8.0, 15.0)), ("shuffle", "kafka", 0.0)]
    bag += [("go-back", rng.choice(SERVICES), 0.0)]
    bag += [
        ("poison", target, rng.uniform(7.0, 14.0)) for target in ("publicity", rng.choice(("notifications", "plans")))
    ]
    return bag


def _link(rng: random.Random) -> str:
    return f"{rng.choice(PROCESSES)}/{rng.choice(('postgres', 'postgres', 'kafka', 'kafka', 'minio', 'door'))}"


def kills(faults: list[Fault]) -> int:
    """Processes that are killed; a service killed whole counts each of its own."""
    return sum(1 if fault.kind == "kill" else REPLICAS for fault in faults if fault.kind.startswith("kill"))
