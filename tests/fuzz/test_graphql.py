"""Both graphs against the running product: every question and change that their schemas allow is answered in kind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import schemathesis

from shared.auth.issuer import DevelopmentIssuer
from tests.fuzz.conftest import CASES, SEED
from tests.fuzz.generated import Effort, drive
from tests.fuzz.knowing import Knowing
from tests.fuzz.peopled import Known
from tests.walks.walker import Walker

pytestmark = pytest.mark.xdist_group("fuzz")
SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "contracts" / "graphql"
FIELDS = {"publicity": 5, "notifications": 4}


@pytest.mark.timeout(600 + 3 * CASES)
@pytest.mark.parametrize("service", FIELDS)
async def test_what_the_schema_says_holds(
    walker: Walker, known: Known, issuer_of: DevelopmentIssuer, service: str
) -> None:
    address = f"{walker.addresses[service]}/graphql"
    each = CASES // FIELDS[service] + 3  # a field runs out of different questions now and then
    effort = Effort(SEED, examples=each, coverage=CASES > 500)
    text = (SCHEMAS / f"{service}.graphql").read_text("utf-8")
    schema = schemathesis.graphql.from_file(text, config=effort.config(address))

    found = await asyncio.to_thread(drive, schema, Knowing(known, issuer_of, address=address, seed=SEED))

    print(found.told(service))  # noqa: T201 — what `make fuzz` shows
    assert found.faults == {}
    assert found.cases >= CASES
    assert found.statuses[503] <= found.cases // 100
    assert found.statuses[200] > CASES // 4
