"""One running product with a peopled world for all of this folder, and how hard it is tried: `make fuzz`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.engine import URL

from services.serving import Servers
from shared.auth.issuer import DevelopmentIssuer
from tests.chain.conftest import founded, walking
from tests.fuzz.peopled import Known, people
from tests.walks.walker import Walker

SEED = int(os.environ.get("LANTOA_FUZZ_SEED", "20261121"))
CASES = int(os.environ.get("LANTOA_FUZZ_CASES", "200"))


def pytest_report_header() -> str:
    """What repeats this run."""
    return f"fuzz: make fuzz CASES={CASES} SEED={SEED}"


@pytest.fixture(scope="package")
async def product(postgres: URL, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """The product, shared by the tests of this folder that one worker runs."""
    async with founded(postgres, tmp_path_factory.mktemp("fuzz"), "fuzz") as running:
        yield running


@pytest.fixture(scope="package")
async def walker(product: Servers) -> AsyncIterator[Walker]:
    """Its people."""
    async with walking(product) as walker:
        walker.patience_s = 120  # generating keeps the machine busy; it only ends what fails
        yield walker


@pytest.fixture(scope="package")
async def known(walker: Walker) -> Known:
    """The ids of a peopled world."""
    return await people(walker)


@pytest.fixture(scope="package")
def issuer_of(product: Servers) -> DevelopmentIssuer:
    """Who signs this product's tokens."""
    return DevelopmentIssuer(product.settings)
