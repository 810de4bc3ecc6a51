"""The doctor on this machine's own part and on whom it asks outside: mail server, issuer, collector, a folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from sqlalchemy.engine import URL

from services.commands.doctor import databases, files, machine, outside
from services.commands.doctor.finding import Finding, broken, within
from services.serving import Servers
from shared.db import connect
from shared.settings import Settings
from tests.chain.conftest import free_port
from tests.notifications.receiver import newsroom, post_office


def settings_with(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


def said(findings: list[Finding]) -> tuple[str, str]:
    """(level, what is wrong) of the one thing found."""
    (finding,) = findings
    return finding.level, finding.found


@asynccontextmanager
async def mute() -> AsyncIterator[int]:
    """A port that takes connections and says nothing."""

    async def keep(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)

    kept: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in kept:
        writer.close()


@asynccontextmanager
async def post_office_with_a_password() -> AsyncIterator[int]:
    """Nobody is let in."""
    loop = asyncio.get_running_loop()

    def mailbox() -> SMTP:
        refusal = AuthResult(success=False, handled=False)
        return SMTP(object(), loop=loop, auth_require_tls=False, authenticator=lambda *_: refusal)

    server = await loop.create_server(mailbox, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_a_mail_server_that_works_is_fine_and_gets_no_mail() -> None:
    async with post_office() as office:
        told = said(await outside.mail(settings_with(smtp_url=office.url)))

        assert told == ("fine", f"127.0.0.1:{office.port}: nhận thư của ta")
        assert office.letters == []


async def test_a_mail_server_that_is_away_or_mute_is_told_apart() -> None:
    port = free_port()
    away = said(await outside.mail(settings_with(smtp_url=f"smtp://127.0.0.1:{port}")))
    async with mute() as silent:
        without_a_word = said(await outside.mail(settings_with(smtp_url=f"smtp://127.0.0.1:{silent}")))

    assert away == ("broken", f"127.0.0.1:{port}: không có ai nghe ở cổng ấy (tiến trình đã dừng?)")
    assert without_a_word[0] == "broken"
    assert without_a_word[1].startswith(f"127.0.0.1:{silent}: nhận kết nối nhưng không làm việc")


async def test_a_mail_servers_refusal_is_told_without_the_password() -> None:
    async with post_office_with_a_password() as port:
        told = said(await outside.mail(settings_with(smtp_url=f"smtp://ai:bi-mat@127.0.0.1:{port}")))

    assert told == ("broken", f"127.0.0.1:{port}: sai tên người dùng hoặc mật khẩu")


async def test_an_issuer_without_keys_is_told() -> None:
    async with newsroom() as room:  # it answers 204 to whatever it is asked
        url = f"http://127.0.0.1:{room.port}"

        level, found = said(await outside.issuer(settings_with(auth_issuer=url)))

    assert (level, found.partition(" (")[0]) == ("broken", f"{url}: không lấy được khóa công khai")


async def test_a_collector_that_is_away_is_worth_a_look_only() -> None:
    port = free_port()

    level, found = said(await outside.collector(settings_with(otlp_url=f"http://127.0.0.1:{port}")))

    assert (level, found.partition(": ")[0]) == ("look", f"127.0.0.1:{port}")


async def test_a_folder_of_files_is_written_to_and_left_as_it_was(tmp_path: Path) -> None:
    told = said(await files.examine(settings_with(files_url=f"file://{tmp_path}")))

    assert told == ("fine", f"{tmp_path}: ghi và xóa được")
    assert os.listdir(tmp_path) == []


async def test_a_folder_of_files_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("")

    told = said(await files.examine(settings_with(files_url=f"file://{tmp_path}/tep")))

    assert told == ("broken", f"{tmp_path}/tep: chưa có kho này (Not a directory)")


def test_a_public_address_with_the_settings_of_a_trial_is_told(tmp_path: Path) -> None:
    found = machine.examine(settings_with(home=tmp_path, public_url="https://lantoa.example"))

    (told,) = [finding for finding in found if finding.part == "settings"]
    assert (told.level, "ai cũng tự cấp được mã đăng nhập" in told.found) == ("broken", True)


async def test_a_database_that_takes_connections_and_is_mute_is_told_once_for_all_four() -> None:
    async with mute() as port:
        url = f"postgresql://lantoa:bi-mat@127.0.0.1:{port}/postgres"
        findings, running = await databases.examine(Servers(settings_with(database_url=url), _url(url)))

    assert running == set()
    assert said(findings) == ("broken", f"127.0.0.1:{port}: không trả lời trong 3 giây")
    assert "bi-mat" not in str(findings)


def _url(url: str) -> URL:
    return connect(url, application="test").url


async def test_a_look_that_fails_is_a_finding_and_hides_no_other() -> None:
    async def fails() -> list[Finding]:
        raise KeyError("x")

    told = await within("kafka", "Kafka", fails())

    advice = "Xem nhật ký của bộ phận này."
    assert told == [broken(("kafka", "Kafka"), "không khám được: KeyError('x')", advice)]
