"""A stranger's issuer on a port of its own, and a browser before a service that signs in there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from shared.db import Database
from shared.settings import Settings
from tests.shared.browser.doors import ADDRESS, KEY, browsing, product
from tests.shared.browser.oidc import CLIENT, SECRET, Issuer, issuing


@pytest.fixture(scope="module")
async def listening() -> AsyncIterator[Issuer]:
    async with issuing() as issuer:
        yield issuer


@pytest.fixture
def stranger(listening: Issuer) -> Issuer:
    """As it should be."""
    fresh = Issuer(listening.url)
    vars(listening).update(vars(fresh))
    return listening


@pytest.fixture
def abroad(stranger: Issuer, home: Path) -> Settings:
    return Settings(
        _env_file=None,
        home=home,
        public_url=ADDRESS,
        secret_key=KEY,
        auth_issuer=stranger.url,
        auth_client_id=CLIENT,
        auth_client_secret=SECRET,
    )


@pytest.fixture
async def browser(abroad: Settings, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(product(abroad, database), ADDRESS) as browser:
        yield browser
