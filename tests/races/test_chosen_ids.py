"""An id that two clients chose, or one client sent twice, at the same moment: one thing, and no error of ours.

A lock on the table lets both look and find nothing; then both write. Without `ON CONFLICT`, or a lock they share, the
second would break on the key, or be a second thing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.races import people
from tests.races.gate import holding
from tests.races.product import Product, problem
from tests.walks.world import body_id

pytestmark = pytest.mark.xdist_group("races")

Asked = tuple[str, str, str, Any]  # who, method, path, body
CONDITION = (428, "precondition-required")


@dataclass(frozen=True)
class Twice:
    """Two requests that both add to a table, and what the two are told."""

    service: str
    table: str
    asked: tuple[Asked, Asked]
    told: tuple[int, int | tuple[int, str]]


def same(service: str, table: str, asked: Asked, other: Any = None) -> Twice:
    """The same again, or the same id with other content, which needs to have read the first."""
    who, method, path, body = asked
    return Twice(service, table, (asked, (who, method, path, other or body)), (201, CONDITION if other else 200))


def organisation(slug: str) -> dict[str, Any]:
    edges = [{"type": "line_of_command", "to_id": str(body_id(people.FIRST))}]
    return {"slug": slug, "hierarchy": "state", "names": [{"name": "Phòng mới"}], "edges": edges}


def cases() -> list[Twice]:
    first, slug = str(body_id(people.FIRST)), f"phong-{uuid4().hex[:8]}"
    office = {"organisation_id": first, "person_id": str(uuid4()), "person_name": "Bà Mẫu", "role": "reviewer"}
    channel = {"organisation_id": first, "kind": "loudspeaker", "name": "Loa", "official": True, "release": "editor"}
    hook = {
        "url": "https://toasoan.example.vn/lantoa",
        "events": ["lantoa.item.published.v1"],
        "organisation_id": first,
    }
    new, draft = str(uuid4()), people.draft()
    return [
        same("plans", "organisations", ("tam", "PUT", f"/plans/v1/organisations/{new}", organisation(slug + "-a"))),
        Twice(
            "plans",
            "organisations",
            (
                ("tam", "PUT", f"/plans/v1/organisations/{uuid4()}", organisation(slug)),
                ("tam", "PUT", f"/plans/v1/organisations/{uuid4()}", organisation(slug)),
            ),
            (201, (409, "slug-taken")),
        ),
        same("plans", "offices", ("tam", "PUT", f"/plans/v1/offices/{new}", {**office, "from_on": "2025-07-01"})),
        same("plans", "channels", ("tam", "PUT", f"/plans/v1/channels/{new}", channel)),
        same(
            "nominations",
            "nominations",
            ("mai", "PUT", f"/nominations/v1/nominations/{new}", draft),
            {**draft, "title": "Tên khác"},
        ),
        same("notifications", "webhook_endpoints", ("tam", "PUT", f"/notifications/v1/webhooks/{new}", hook)),
    ]


@pytest.mark.parametrize("case", range(6))
async def test_an_id_chosen_twice_is_one_thing(product: Product, case: int) -> None:
    twice = cases()[case]

    told = await both(product, twice)

    assert told == Counter(twice.told)


async def test_a_first_address_set_twice_is_set_once_and_gets_one_code(product: Product) -> None:
    path, who = "/notifications/v1/me/contact-points/email", f"khach-{uuid4().hex[:8]}"
    addresses = [{"address": f"{name}@coquan.example.vn"} for name in ("mot", "hai")]
    asked = ((who, "PUT", path, addresses[0]), (who, "PUT", path, addresses[1]))

    told = await both(product, Twice("notifications", "recipients", asked, (200, CONDITION)))

    assert told == Counter([200, CONDITION])


async def test_one_id_for_consents_of_two_nominations_is_one_of_them(product: Product) -> None:
    """Each is locked, but not by the same lock: here it is the key of the table that keeps them apart."""
    consent, asked = people.consent("", "portal"), []
    for _ in range(2):
        path, body = f"/nominations/v1/nominations/{uuid4()}", people.draft()
        await product.done("mai", "PUT", path, body)
        asked.append(("mai", "POST", f"{path}/consents", {**consent, "person_name": body["subject_name"]}))

    told = await both(product, Twice("nominations", "consents", (asked[0], asked[1]), (201, (409, "conflict"))))

    again = [problem(await product.ask(*each)) for each in asked if (await product.ask(*each)).is_error]
    assert told == Counter([201, (409, "conflict")])
    assert again == [(409, "consent-id-taken")]


async def both(product: Product, twice: Twice) -> Counter[int | tuple[int, str]]:
    """What the two are told who stood before the table together."""
    async with holding(product.database(twice.service), f"LOCK TABLE {twice.table} IN SHARE MODE") as gate:
        asked = [asyncio.create_task(product.ask(*each)) for each in twice.asked]
        await gate.stand_before(2)
    answers = await asyncio.gather(*asked)
    return Counter(answer.status_code if answer.is_success else problem(answer) for answer in answers)
