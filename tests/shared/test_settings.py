"""Settings: production never falls back to what development may use, and says which setting is missing."""

from __future__ import annotations

import multiprocessing
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.settings import DEVELOPMENT_ISSUER, Settings, UnsafeSettings, read_settings

COMPLETE: dict[str, Any] = {
    "env": "production",
    "database_url": "postgresql://db/lantoa",
    "files_url": "s3+https://key:secret@files/lantoa",
    "secret_key": "a" * 32,
    "public_url": "https://lantoa.example",
    "bus_url": "kafka://kafka:9092",
    "auth_issuer": "https://login.example/realms/lantoa",
    "smtp_url": "smtp://mail.example:587",
}


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Variables of this process; what a test sets is taken back."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith("LANTOA_"):
            del os.environ[name]
    yield os.environ  # type: ignore[misc]
    os.environ.clear()
    os.environ.update(before)


def secret_key(home: Path) -> list[str]:
    return Settings(_env_file=None, home=home).secret_keys


def test_production_starts_with_everything_named() -> None:
    assert Settings(_env_file=None, **COMPLETE).secret_keys == ["a" * 32]


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "env"])
def test_production_refuses_to_start_without(name: str) -> None:
    with pytest.raises(UnsafeSettings) as caught:
        Settings(_env_file=None, **{key: value for key, value in COMPLETE.items() if key != name})

    said = str(caught.value)
    assert said == f"Môi trường production còn thiếu thiết lập: LANTOA_{name.upper()}."


def test_everything_missing_is_named_in_one_line() -> None:
    with pytest.raises(UnsafeSettings) as caught:
        Settings(_env_file=None, env="production")

    assert str(caught.value).count("LANTOA_") == 7
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "development"), [("bus_url", "memory://"), ("auth_issuer", DEVELOPMENT_ISSUER)])
def test_production_refuses_what_only_development_may_use(name: str, development: str) -> None:
    with pytest.raises(UnsafeSettings):
        Settings(_env_file=None, **(COMPLETE | {name: development}))


@pytest.mark.parametrize("keys", ["short", f"{'a' * 32},short"])
def test_production_refuses_a_key_that_can_be_guessed(keys: str) -> None:
    with pytest.raises(UnsafeSettings):
        Settings(_env_file=None, **(COMPLETE | {"secret_key": keys}))


def test_an_older_key_may_follow_a_comma() -> None:
    keys = f"{'a' * 32}, {'b' * 32}"

    assert Settings(_env_file=None, **(COMPLETE | {"secret_key": keys})).secret_keys == ["a" * 32, "b" * 32]


def test_in_development_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = secret_key(tmp_path), secret_key(tmp_path)

    assert first == second
    assert len(first[0]) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(secret_key, [tmp_path] * 8, chunksize=1)

    assert len({key for (key,) in keys}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_settings_come_from_the_environment(environment: dict[str, str]) -> None:
    environment |= {"LANTOA_PORT": "9001", "LANTOA_CORS_ORIGINS": '["https://portal.example"]', "LANTOA_SMTP_URL": ""}

    found = read_settings()

    assert (found.port, found.cors_origins, found.smtp_url) == (9001, ["https://portal.example"], None)
    assert found.base_url == "http://127.0.0.1:9001"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANTOA_PORT", "many"),
        ("LANTOA_ENV", "staging"),
        ("LANTOA_DATABASE_URL", "localhost"),
        ("LANTOA_PLANS_DATABASE_URL", "mysql://localhost/lantoa"),
    ],
)
def test_a_value_that_cannot_be_understood_is_named_in_one_line(
    environment: dict[str, str], name: str, value: str
) -> None:
    environment[name] = value

    with pytest.raises(UnsafeSettings) as caught:
        read_settings()

    assert str(caught.value) == f"Thiết lập không đọc được: {name}. Hãy sửa biến môi trường hoặc tệp .env."


def test_links_begin_with_the_public_address() -> None:
    assert Settings(_env_file=None, public_url="https://lantoa.example/").base_url == "https://lantoa.example"


def test_production_reads_no_env_file(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LANTOA_PORT=9999\n")
    named = {f"LANTOA_{name.upper()}": str(value) for name, value in COMPLETE.items()}
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        in_development = read_settings().port
        environment |= named
        in_production = read_settings().port
    finally:
        os.chdir(before)

    assert (in_development, in_production) == (9999, 8000)
