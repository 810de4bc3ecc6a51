"""`lantoa directory` and `lantoa token`: the first administrator, a directory from a file, a token to try with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError

from deploy import sample
from services.commands.events import Json
from services.commands.terminal import console, fail, print_json, settings
from services.plans.actions import import_directory, init_directory
from services.plans.actions.directory import Imported
from services.plans.schemas import DirectoryDocument, FirstEntries
from services.serving import Servers, servers
from shared.auth import OPERATOR
from shared.auth.actor import person_id
from shared.auth.issuer import DevelopmentIssuer
from shared.clock import today
from shared.db import connect
from shared.errors import AppError
from shared.messages import say
from shared.settings import UnsafeSettings
from shared.text import slug as slug_of

app = typer.Typer(no_args_is_help=True)


@app.command("init")
def init(
    *,
    organisation: Annotated[str, typer.Argument(help="Tên cơ quan đầu tiên, ví dụ «UBND đặc khu Côn Đảo».")],
    subject: Annotated[str, typer.Option(help="Mã người dùng (sub) ở nơi cấp mã đăng nhập.")],
    name: Annotated[str, typer.Option(help="Họ tên người quản trị đầu tiên.")],
    hierarchy: Annotated[str, typer.Option(help="Hệ thống: state, front, union, party …")] = "state",
    slug: Annotated[str | None, typer.Option(help="Tên ngắn trong địa chỉ trang; mặc định lấy từ tên cơ quan.")] = None,
) -> None:
    """Tạo cơ quan đầu tiên và người quản trị đầu tiên; chỉ khi chưa ai có chức trách."""
    found = settings()
    first = _valid(
        FirstEntries,
        {
            "organisation": {
                "slug": slug or slug_of(organisation),
                "hierarchy": hierarchy,
                "names": [{"name": organisation}],
            },
            "issuer": found.auth_issuer,
            "subject": subject,
            "person_name": name,
            "from_on": today().isoformat(),
        },
    )
    with servers(found) as running:
        asyncio.run(_told(_init(running, first)))
    console.print(f"[green]✓[/green] {organisation}; người quản trị: {name} ({person_id(found.auth_issuer, subject)}).")


async def _init(running: Servers, first: FirstEntries) -> None:
    database = connect(running.database_url("plans"), application="operator")
    try:
        async with database.transaction() as session:
            await init_directory(session, OPERATOR, *first.facts())
    finally:
        await database.close()


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Tệp JSON của danh bạ.")],
    as_json: Json = False,
) -> None:
    """Nạp cơ quan, chức trách, kênh, phong trào từ tệp; nạp lại không đổi gì thêm."""
    try:
        given = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        fail(f"{file}: không phải JSON hợp lệ ({error}).")
    document = _valid(DirectoryDocument, given)
    with servers(settings()) as running:
        done = asyncio.run(_told(import_document(running, document)))
    if as_json:
        print_json({name: getattr(done, name) for name in done.__slots__})
        return
    console.print(
        f"[green]✓[/green] {done.organisations} cơ quan, {done.offices} chức trách, {done.channels} kênh, "
        f"{done.movements} phong trào; {done.unchanged} mục đã có sẵn."
    )


async def import_document(running: Servers, document: DirectoryDocument) -> Imported:
    """Checked whole, then written in one transaction."""
    database = connect(running.database_url("plans"), application="operator")
    try:
        async with database.transaction() as session:
            return await import_directory(session, OPERATOR, document.directory())
    finally:
        await database.close()


async def import_sample(running: Servers) -> Imported:
    """The sample directory of the demonstration."""
    return await import_document(running, _valid(DirectoryDocument, sample.directory(running.settings.auth_issuer)))


async def _told(work: Any) -> Any:
    """A refusal becomes one sentence and exit code 1."""
    try:
        return await work
    except AppError as error:
        sentence = say(error)
        fail(f"{sentence.title}. {sentence.detail}" + (f" ({error.pointer})" if error.pointer else ""), 1)


def _valid(model: Any, given: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        lines = [f"{'/'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors()[:10]]
        fail("Dữ liệu chưa hợp lệ; chưa có gì thay đổi.\n  " + "\n  ".join(lines))


def token(
    *,
    subject: Annotated[str, typer.Argument(help="Mã người dùng (sub), ví dụ «thuong-truc-con-dao» của dữ liệu mẫu.")],
    name: Annotated[str | None, typer.Option(help="Tên hiển thị.")] = None,
    scope: Annotated[str | None, typer.Option(help="Cho hệ thống, ví dụ «publications».")] = None,
    hours: Annotated[int, typer.Option(min=1, max=24 * 30, help="Dùng được bao nhiêu giờ.")] = 8,
) -> None:
    """In một mã đăng nhập để thử (chỉ trong môi trường development)."""
    try:
        issuer = DevelopmentIssuer(settings())
    except UnsafeSettings as error:
        fail(str(error))
    typer.echo(issuer.mint(subject, name=name, scope=scope, lifetime_s=hours * 3600))
