"""The command line `lantoa`; `python -m services` is the same."""

from __future__ import annotations

import typer

from services.commands import audit, demo, directory, doctor, events, schema, serve

app = typer.Typer(
    name="lantoa",
    help="Lan Tỏa: từ kế hoạch tuyên truyền điển hình tiên tiến đến tin đăng trên cổng.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.command("serve")(serve.serve)
app.command("migrate")(serve.migrate_all)
app.command("token")(directory.token)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(directory.app, name="directory", help="Danh bạ: cơ quan đầu tiên, người quản trị, nạp từ tệp.")
app.add_typer(events.app, name="events", help="Các sự việc: mới ghi, đang phải chờ, thử lại.")
app.add_typer(events.outbox, name="outbox", help="Hộp đi của từng dịch vụ.")
app.add_typer(audit.app, name="audit")
app.add_typer(schema.app, name="schema", help="Hợp đồng: OpenAPI, GraphQL, AsyncAPI, sự việc.")

if __name__ == "__main__":
    app()
