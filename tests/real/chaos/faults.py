"""Breaking things as the schedule says, mending each after its time, and mending everything at the end."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field

from aiokafka.errors import KafkaError

from deploy.native.process import Server, ServerDidNotStart
from tests.real.chaos.journal import Journal
from tests.real.chaos.poison import TABLES, mend, spoil
from tests.real.chaos.poison import failed as poison_felt
from tests.real.chaos.schedule import Fault
from tests.real.chaos.stage import SERVICES, Stage
from tests.real.chaos.topics import Stranger, go_back

AT_ONCE = 3  # a busy machine starts slowly: there the schedule stretches, or nothing would be at work any more
STRETCH, STRETCH_S = 1.1, 60.0
HARMLESS = {"echo", "shuffle", "poison", "latency", "reset"}  # what takes nothing away needs no turn
UNTIL_FELT_S = 60.0  # how much longer than planned, on a machine so busy that nobody has met the fault yet
ECHOES = 30
LOOK_EVERY_S = 0.3
RESTART_LIMIT_S = 180.0
RECORDS_BACK = 50
GO_BACK_LIMIT_S = 25.0
SLOW_S = 0.25


@dataclass
class Breaker:
    """One fault of a process at a time; faults of different parts overlap as they come."""

    stage: Stage
    journal: Journal
    stranger: Stranger
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)
    died: list[str] = field(default_factory=list)
    _busy: dict[str, asyncio.Lock] = field(default_factory=dict)
    _until_s: float = 0.0
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def run(self, faults: list[Fault], seconds: float) -> None:
        """Every fault at its moment, or when fewer are under way; returns when the last is mended.

        What has not had its turn long after the end is left out.
        """
        loop = asyncio.get_running_loop()
        begin = loop.time()
        self._until_s = begin + seconds * STRETCH + STRETCH_S
        async with asyncio.TaskGroup() as group:
            for fault in faults:
                await asyncio.sleep(max(0.0, begin + fault.at_s - loop.time()))
                group.create_task(self._break(fault))

    async def _break(self, fault: Fault) -> None:
        acts = {
            "kill": self._kill,
            "kill-both": self._kill_both,
            "pause": self._pause,
            "partition": self._partition,
            "partition-all": self._partition_all,
            "latency": self._latency,
            "reset": self._reset,
            "disk-full": self._fill_disk,
            "echo": self._echo,
            "shuffle": self._shuffle,
            "go-back": self._go_back,
            "poison": self._poison,
        }
        async with self._turns if fault.kind not in HARMLESS else nullcontext():
            if asyncio.get_running_loop().time() < self._until_s:
                await acts[fault.kind](fault)
            else:
                self.done["left out"] += 1

    def _begins(self, fault: Fault, target: str | None = None) -> None:
        self.done[f"{fault.kind} {_sort(target or fault.target)}"] += 1
        self.journal.write("fault", kind=fault.kind, target=target or fault.target, for_s=fault.for_s)

    def _ends(self, fault: Fault, **more: object) -> None:
        self.journal.write("fault", kind=f"end of {fault.kind}", target=fault.target, **more)

    def _lock(self, target: str) -> asyncio.Lock:
        return self._busy.setdefault(target, asyncio.Lock())

    async def _kill(self, fault: Fault, target: str | None = None) -> None:
        name = target or fault.target
        process = self.stage.processes[name]
        async with self._lock(name):
            self.stage.down.add(name)
            self._begins(fault, name)
            await asyncio.to_thread(process.kill)
            await asyncio.sleep(fault.for_s)
            await self._start(name, process)

    async def _start(self, name: str, process: Server) -> None:
        """Whoever starts it tries again when it ends at once, as a supervisor does."""
        while True:
            try:
                await process.start(RESTART_LIMIT_S)
                break
            except ServerDidNotStart as error:
                self.journal.write("fault", kind="did not start yet", target=name, error=str(error)[-300:])
                await asyncio.sleep(LOOK_EVERY_S)
        self.stage.down.discard(name)
        self.journal.write("fault", kind="started", target=name)

    async def _kill_both(self, fault: Fault) -> None:
        replicas = self.stage.of(fault.target)
        await asyncio.gather(*(self._kill(fault, replica.name) for replica in replicas))

    async def _pause(self, fault: Fault) -> None:
        process = self.stage.processes[fault.target]
        async with self._lock(fault.target):
            self._begins(fault)
            await asyncio.to_thread(process.pause)
            try:
                await asyncio.sleep(fault.for_s)
            finally:
                process.resume()
                self._ends(fault)

    async def _partition(self, fault: Fault) -> None:
        await self._cut(fault, [fault.target])

    async def _partition_all(self, fault: Fault) -> None:
        await self._cut(fault, [name for name in self.stage.links if name.endswith(f"/{fault.target}")])

    async def _cut(self, fault: Fault, names: list[str]) -> None:
        self._begins(fault)
        for name in names:
            self.stage.links[name].cut()
        await asyncio.sleep(fault.for_s)
        for name in names:
            self.stage.links[name].heal()
        self._ends(fault)

    async def _latency(self, fault: Fault) -> None:
        self._begins(fault)
        self.stage.links[fault.target].delay_s = SLOW_S
        await asyncio.sleep(fault.for_s)
        self.stage.links[fault.target].delay_s = 0.0
        self._ends(fault)

    async def _reset(self, fault: Fault) -> None:
        self._begins(fault)
        self.stage.links[fault.target].reset()

    async def _fill_disk(self, fault: Fault) -> None:
        if not self.stage.disk.can_be_filled:
            return
        async with self._lock("disk"):
            self._begins(fault)
            await asyncio.to_thread(self.stage.disk.fill)
            await asyncio.sleep(fault.for_s)
            self.stage.disk.empty()
            self._ends(fault)

    async def _echo(self, fault: Fault) -> None:
        async with self._lock("echo"):
            self._begins(fault)
            before, self.stranger.echoing = self.stranger.sent, True
            await asyncio.sleep(fault.for_s)
            await _until(lambda: _true(self.stranger.sent >= before + ECHOES))
            self.stranger.echoing = False
            self._ends(fault, records=self.stranger.sent - before)

    async def _shuffle(self, fault: Fault) -> None:
        self._begins(fault)
        self._ends(fault, records=await self.stranger.shuffle(self.rng))

    async def _go_back(self, fault: Fault) -> None:
        """Both processes end politely, so that the group is empty; then it reads again what it has handled."""
        replicas = sorted(self.stage.of(fault.target), key=lambda replica: replica.name)
        for replica in replicas:
            await self._lock(replica.name).acquire()
        try:
            self.stage.down |= {replica.name for replica in replicas}
            self._begins(fault)
            await asyncio.gather(*(replica.process.stop() for replica in replicas))
            moved = await self._moved(f"lantoa-{fault.target}")
            await asyncio.gather(*(self._start(replica.name, replica.process) for replica in replicas))
            self._ends(fault, records=moved)
        finally:
            for replica in replicas:
                self._lock(replica.name).release()

    async def _moved(self, group: str) -> int:
        """A member that was killed belongs to its group for ten seconds more; and Kafka may be away just now."""
        error: Exception | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(GO_BACK_LIMIT_S):
                while True:
                    try:
                        return await go_back(self.stranger.server, group, RECORDS_BACK)
                    except (KafkaError, OSError, TimeoutError) as failed:
                        error = failed
                    await asyncio.sleep(1)
        self.journal.write("fault", kind="go-back not possible", target=group, error=repr(error)[:200])
        return 0

    async def _poison(self, fault: Fault) -> None:
        async with self._lock(f"poison {fault.target}"):
            await spoil(self.stage, fault.target)
            self._begins(fault)
            await asyncio.sleep(fault.for_s)
            await _until(lambda: poison_felt(self.stage, fault.target))
            await mend(self.stage, fault.target)
            self._ends(fault)

    def _note_death(self, name: str, why: str) -> None:
        self.died.append(name)
        self.journal.write("wrong", what="ended by itself", about="", code=f"{name}: {why}"[:1500], status=0)

    async def watch(self) -> None:
        """Nothing may end that nobody killed; what does is written down and started again."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for name, process in self.stage.processes.items():
                if name in self.stage.down or process.running or self._lock(name).locked():
                    continue
                async with self._lock(name):
                    self._note_death(name, "\n".join(process.log_since_start().splitlines()[-8:]))
                    await self._start(name, process)

    async def heal(self) -> None:
        """Nothing is broken any more."""
        self.stranger.echoing = False
        for link in self.stage.links.values():
            link.heal()
        for process in self.stage.processes.values():
            if process.running:
                process.resume()
        if self.stage.disk.can_be_filled:
            self.stage.disk.empty()
        for service in TABLES:
            await mend(self.stage, service)
        self.journal.write("fault", kind="all healed", target="")


async def _until(felt: Callable[[], Awaitable[bool]]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(UNTIL_FELT_S):
            while not await felt():
                await asyncio.sleep(LOOK_EVERY_S)


async def _true(value: bool) -> bool:
    return value


def _sort(target: str) -> str:
    """What a figure is about: a service, a server, or a kind of link."""
    name, _, way = target.partition("/")
    plain = name.rpartition("-")[0] if name[-1].isdigit() else name
    kind = "service" if plain in SERVICES else plain
    return f"{kind}-{way}" if way else kind
