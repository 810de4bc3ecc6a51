"""Every OpenAPI document against the running product: no 5xx, no status, type or shape that it does not name."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import schemathesis

from services.serving import SERVICES
from shared.auth.issuer import DevelopmentIssuer
from tests.fuzz.conftest import CASES, SEED
from tests.fuzz.generated import Effort, Found, drive
from tests.fuzz.knowing import Knowing
from tests.fuzz.peopled import Known
from tests.walks.walker import Walker

pytestmark = pytest.mark.xdist_group("fuzz")


async def strict(address: str) -> dict[str, Any]:
    """The document as it is given out, without `default`, behind which any status could hide."""
    async with httpx.AsyncClient() as http:
        document: dict[str, Any] = (await http.get(f"{address}/openapi.json")).json()
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("default")
    return document


@pytest.mark.timeout(600 + 3 * CASES)
@pytest.mark.parametrize("service", SERVICES)
async def test_what_the_document_says_holds(
    walker: Walker, known: Known, issuer_of: DevelopmentIssuer, service: str
) -> None:
    address = walker.addresses[service]
    document = await strict(address)
    operations = sum(map(len, document["paths"].values()))
    effort = Effort(SEED, examples=-(-CASES * 3 // (4 * operations)), coverage=CASES > 500)
    # a stream has no end to wait for; tests/chain/test_stream.py reads it
    schema = schemathesis.openapi.from_dict(document, config=effort.config(address)).exclude(
        operation_id="stream_events"
    )

    found: Found = await asyncio.to_thread(drive, schema, Knowing(known, issuer_of, address=address, seed=SEED))

    print(found.told(service))  # noqa: T201 — what `make fuzz` shows
    assert found.faults == {}
    assert found.cases >= CASES
    assert found.statuses[503] <= found.cases // 100
    assert found.statuses.keys() & {200, 201, 404, 422} >= {200, 404, 422}
