"""`lantoa plan read FILE`: what a plan says; `lantoa plan lint FILE`: what to look at before it is signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.commands.plan_pages import page, review
from services.commands.terminal import console, fail, print_json
from services.plans.linting import findings
from services.plans.reading import LIMIT_BYTES, Reading, read_file
from shared.errors import AppError, TooLarge
from shared.messages import say

app = typer.Typer(no_args_is_help=True)
PlanFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Tệp .docx, .pdf, .html, .md hoặc .txt.")
]


@app.callback()
def plan() -> None:
    """Đọc, soát một kế hoạch từ tệp."""


@app.command("read")
def read(
    file: PlanFile,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON đúng dạng của một Reading.")] = False,
) -> None:
    """Đọc kế hoạch: tiêu đề, căn cứ, đối tượng, tiêu chí, nhiệm vụ, thời hạn; không lưu gì."""
    reading = reading_of(file)
    if as_json:
        typer.echo(reading.model_dump_json(by_alias=True, indent=2))
        return
    for line in page(reading):
        console.print(line, highlight=False, soft_wrap=True)


@app.command("lint")
def lint(
    file: PlanFile,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON: danh sách các điểm cần xem.")] = False,
) -> None:
    """Soát kế hoạch trước khi ký: những điểm nên xem lại, kèm câu có thể viết; không chặn việc gì."""
    found = findings(reading_of(file))
    if as_json:
        print_json([finding.model_dump(mode="json") for finding in found])
        return
    for line in review(found):
        console.print(line, highlight=False, soft_wrap=True)


def reading_of(file: Path) -> Reading:
    """The file, read; exit code 1 and one sentence where it cannot be."""
    try:
        if file.stat().st_size > LIMIT_BYTES:
            raise TooLarge(limit_bytes=LIMIT_BYTES)
        return read_file(file.read_bytes(), file.name)
    except AppError as error:
        sentence = say(error)
        fail(f"{file.name}: {sentence.title}. {sentence.detail}", 1)
