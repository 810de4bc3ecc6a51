"""What only development has is not there in production: the issuer's door, its tokens, inner addresses, reasons."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.notifications.channels import UnsafeAddress, check_url
from services.serving import SERVICES, Servers, application, dispatcher
from shared.settings import DEVELOPMENT_ISSUER, Settings, UnsafeSettings
from tests.access.conftest import World

SECRET = "0123456789abcdef0123456789abcdef"
WHOLE = {
    "LANTOA_ENV": "production",
    "LANTOA_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "LANTOA_FILES_URL": "file:///tmp/none",
    "LANTOA_SECRET_KEY": SECRET,
    "LANTOA_PUBLIC_URL": "https://lantoa.example",
    "LANTOA_BUS_URL": "kafka://127.0.0.1:9",
    "LANTOA_SMTP_URL": "smtp://127.0.0.1:9",
    "LANTOA_AUTH_ISSUER": "https://login.example",
}


def production(home: Path, **changes: Any) -> Settings:
    """Settings under which the product starts in production."""
    named = {name.removeprefix("LANTOA_").lower(): value for name, value in WHOLE.items()}
    return Settings(_env_file=None, home=home, **{**named, **changes})


async def test_the_issuer_has_no_door_in_production(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(dispatcher({}, production(tmp_path)))

    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        answers = [await client.get(f"/issuer/{path}") for path in ("jwks", ".well-known/openid-configuration")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_production_does_not_start_on_the_development_issuer(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettings):
        production(tmp_path, auth_issuer=DEVELOPMENT_ISSUER)


@pytest.mark.parametrize(
    ("command", "changes"),
    [
        (["token", "ai-do"], {}),
        (["serve"], {"LANTOA_AUTH_ISSUER": DEVELOPMENT_ISSUER}),
        (["token", "ai-do"], {"LANTOA_ENV": "development"}),
    ],
    ids=["token in production", "serve with the development issuer", "token beside a real issuer"],
)
async def test_the_commands_refuse_with_one_line(tmp_path: Path, command: list[str], changes: dict[str, str]) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LANTOA_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services",
        *command,
        env={**clean, **WHOLE, "LANTOA_HOME": str(tmp_path), **changes},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode not in {0, None}
    assert (out, b"Traceback" in err, bool(err.strip())) == (b"", False, True)
    assert not (tmp_path / "issuer").exists()


@pytest.mark.xdist_group("access")
async def test_a_development_token_opens_nothing_in_production(world: World, tmp_path: Path) -> None:
    urls = {f"{name}_database_url": world.running.database_url(name) for name in SERVICES}
    running = Servers(production(tmp_path, **urls), world.running.postgres)
    headers = {"authorization": f"Bearer {world.issuer.mint('approver@own')}"}

    async with application(running, ["plans"]) as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            answer = await client.get("/plans/v1/me", headers=headers)

    assert answer.status_code in {401, 503}  # 503: the issuer of production answers nobody here
    assert "login.example" not in answer.text


def test_inner_addresses_need_a_setting_of_their_own(tmp_path: Path) -> None:
    settings = production(tmp_path)

    with pytest.raises(UnsafeAddress):
        check_url("https://10.0.0.1/", allow_private=settings.allow_private_webhooks)
