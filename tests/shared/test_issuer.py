"""The development issuer: one key set for all processes, readable by its owner only, never in production."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest
from fastapi import FastAPI
from joserfc.jwk import KeySet

from shared.auth.issuer import DevelopmentIssuer
from shared.auth.issuer_doors import issuer_router
from shared.settings import Settings, UnsafeSettings
from tests.conftest import calling


def issuer_in(home: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer(Settings(_env_file=None, home=home))


def key_id(home: Path) -> str:
    return str(issuer_in(home).keys().keys[0].kid)


def test_the_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    assert key_id(tmp_path) == key_id(tmp_path)


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        ids = pool.map(key_id, [tmp_path] * 8, chunksize=1)

    assert len(set(ids)) == 1
    assert [path.name for path in (tmp_path / "issuer").iterdir()] == ["keys.json"]


def test_only_their_owner_reads_the_keys(tmp_path: Path) -> None:
    issuer = issuer_in(tmp_path)
    issuer.keys()

    assert stat.S_IMODE(issuer.path.stat().st_mode) == 0o600


def test_it_refuses_to_exist_in_production(tmp_path: Path) -> None:
    production = Settings(
        _env_file=None,
        env="production",
        home=tmp_path,
        database_url="postgresql://db/lantoa",
        files_url="s3+https://key:secret@files/lantoa",
        secret_key="0123456789abcdef0123456789abcdef",
        public_url="https://lantoa.example",
        bus_url="kafka://kafka:9092",
        auth_issuer="https://login.example/realms/lantoa",
        smtp_url="smtp://mail.example:587",
    )

    with pytest.raises(UnsafeSettings):
        DevelopmentIssuer(production)


def test_it_refuses_to_stand_beside_a_real_issuer(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettings):
        DevelopmentIssuer(Settings(_env_file=None, home=tmp_path, auth_issuer="https://login.example"))


async def test_it_publishes_public_keys_only(tmp_path: Path) -> None:
    issuer = issuer_in(tmp_path)
    app = FastAPI()
    app.include_router(issuer_router(issuer, "http://testserver"))
    async with calling(app) as client:
        document = (await client.get("/issuer/.well-known/openid-configuration")).json()
        published = (await client.get(document["jwks_uri"])).json()

    assert document["issuer"] == issuer.issuer
    assert [sorted(key) for key in published["keys"]] == [["alg", "crv", "kid", "kty", "use", "x", "y"]]
    assert KeySet.import_key_set(published).keys[0].kid == issuer.keys().keys[0].kid
