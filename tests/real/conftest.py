"""Real servers shared by the tests of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.real.servers import Servers, real_servers


@pytest.fixture(scope="module")
async def real(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """PostgreSQL, Kafka and MinIO for one file of tests."""
    async with real_servers(tmp_path_factory.mktemp("real")) as servers:
        yield servers
