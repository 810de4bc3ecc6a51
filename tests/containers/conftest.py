"""The whole product in containers, brought up once. Only where they are asked for: it takes an engine and minutes."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import AsyncIterator

import pytest

from deploy.native.servers import free_ports
from tests.containers.outside import HOST, Outside, outside
from tests.containers.whole import Whole, all_know, production
from tests.walks import world
from tests.walks.walker import Walker

collect_ignore_glob = [] if os.environ.get("LANTOA_TEST_SERVERS") == "containers" else ["test_*.py"]


@pytest.fixture(scope="session")
async def around(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Outside]:
    """The issuer and the post office."""
    async with outside(tmp_path_factory.mktemp("outside")) as found:
        yield found


@pytest.fixture(scope="session")
async def whole(around: Outside) -> AsyncIterator[Whole]:
    """In production mode, healthy, with the directory of the small world; nothing of it is left afterwards."""
    (port,) = free_ports(1)
    issuer = around.issuer.issuer
    settings = production(port, issuer=issuer, smtp_url=f"smtp://{HOST}:{around.post.port}")
    product = Whole(os.environ.get("LANTOA_TEST_PROJECT") or f"lantoa-test-{secrets.token_hex(3)}", settings)
    try:
        await product.up("--build")
        directory = json.dumps(world.directory(issuer)).encode()
        await product.compose("exec", "-T", "plans", "lantoa", "directory", "import", "/dev/stdin", given=directory)
        yield product
    finally:
        await product.compose("down", "--volumes", "--remove-orphans", "--timeout", "30")


@pytest.fixture
async def walker(whole: Whole, around: Outside) -> AsyncIterator[Walker]:
    """The people of the small world, at the edge."""
    async with Walker(whole.addresses, around.issuer, patience_s=180) as walker:
        await all_know(walker)
        yield walker
