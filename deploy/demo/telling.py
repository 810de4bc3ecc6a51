"""The narration: scenes in plain Vietnamese, and checks that must hold for the walk to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table

from deploy.demo.failed import StepFailed


class Teller:
    """Prints what happens, and counts the checks that held."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.scenes = self.checks = 0

    def scene(self, title: str, gloss: str = "") -> None:
        """A new part of the story; `gloss` is a few words of English."""
        self.scenes += 1
        self.console.print()
        self.console.rule(f"[bold]{self.scenes}. {escape(title)}[/bold]", align="left")
        if gloss:
            self.console.print(f"[dim]{escape(gloss)}[/dim]")

    def say(self, sentence: str) -> None:
        """One sentence of the story."""
        self._line(" ", sentence)

    def address(self, url: str) -> None:
        """A link, whole on its line."""
        self.console.print(f"   {escape(url)}", soft_wrap=True)

    def quote(self, text: str, title: str) -> None:
        """What somebody reads, as he reads it."""
        self.console.print(Panel(escape(text), title=escape(title), title_align="left", expand=False, padding=(0, 1)))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A few rows side by side."""
        table = Table(*columns, box=None, pad_edge=True, header_style="bold")
        for row in rows:
            table.add_row(*(escape(str(cell)) for cell in row))
        self.console.print(table)

    def check(self, sentence: str, found: object, expected: object) -> None:
        """The sentence holds when both are equal. Raises StepFailed."""
        if found != expected:
            raise StepFailed(f"{sentence}\n  phải là: {expected!r}\n  thấy là: {found!r}")
        self.checks += 1
        self._line("[green]✓[/green]", sentence)

    def _line(self, mark: str, sentence: str) -> None:
        """Further lines of a long sentence stand under its first."""
        grid = Table.grid(padding=(0, 1), pad_edge=False)
        grid.add_column(width=1)
        grid.add_column(overflow="fold")
        grid.add_row(mark, escape(sentence))
        self.console.print(Padding(grid, (0, 0, 0, 1 if mark == " " else 3)), highlight=False)
