"""Figures of runs: the middle one, how far they lie apart, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HEAD = [
    "side",
    "per s",
    "spread",
    "ours / its",
    "server µs",
    "PostgreSQL µs",
    "both µs",
    "its µs / ours",
    "p50 ms",
    "p99 ms",
]


@dataclass(frozen=True)
class Run:
    """One run of the client against one side."""

    requests: int
    per_s: float
    server_us: float  # processor time of the server for one request
    postgres_us: float  # and of PostgreSQL
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Figure:
    """All runs of one side for one question."""

    side: str
    runs: Sequence[Run]

    def middle(self, name: str) -> float:
        """The median of one figure."""
        found: float = median(getattr(run, name) for run in self.runs)
        return found

    @property
    def per_s(self) -> float:
        """Requests a second."""
        return self.middle("per_s")

    @property
    def spread(self) -> float:
        """From the slowest to the fastest run, as a share of the median."""
        rates = [run.per_s for run in self.runs]
        return (max(rates) - min(rates)) / self.per_s

    @property
    def processor_us(self) -> float:
        """Server and database together, for one request."""
        return self.middle("server_us") + self.middle("postgres_us")


@dataclass(frozen=True)
class Table:
    """What was asked, and the figures of each side; the first is ours."""

    title: str
    figures: Sequence[Figure]

    def lines(self) -> list[list[str]]:
        """A head, then a line for each side."""
        return [HEAD, *(self._line(each) for each in self.figures)]

    def _line(self, one: Figure) -> list[str]:
        ours = self.figures[0]
        return [
            one.side,
            f"{one.per_s:,.0f}",
            f"±{one.spread / 2:.0%}",
            f"{ours.per_s / one.per_s:.2f}",
            f"{one.middle('server_us'):,.0f}",
            f"{one.middle('postgres_us'):,.0f}",
            f"{one.processor_us:,.0f}",
            f"{one.processor_us / ours.processor_us:.2f}",
            f"{one.middle('p50_ms'):.1f}",
            f"{one.middle('p99_ms'):.1f}",
        ]

    def printed(self) -> str:
        """For a terminal."""
        lines = self.lines()
        widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
        rows = [
            "  ".join(_set(cell, width, at) for at, (cell, width) in enumerate(zip(line, widths, strict=True)))
            for line in lines
        ]
        return "\n".join(["", self.title, *rows])

    def written(self) -> str:
        """For a page."""
        head, *lines = self.lines()
        marks = ["---", *["---:"] * (len(HEAD) - 1)]
        return "\n".join([f"### {self.title}", "", *(f"| {' | '.join(line)} |" for line in (head, marks, *lines))])


def _set(cell: str, width: int, at: int) -> str:
    return cell.rjust(width) if at else cell.ljust(width)
