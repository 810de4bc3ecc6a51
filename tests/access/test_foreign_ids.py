"""Somebody who may do a thing with his own does it with the id of what is not his: refused, and nothing is changed."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from services.serving import SERVICES
from tests.access.cells import Cells, cells
from tests.access.conftest import World
from tests.access.people import body
from tests.access.scene import REASON, UNSENT, consent, movement, nomination, plan

pytestmark = pytest.mark.xdist_group("access")
PROOF = {**consent("Ông Lê Văn Mẫu", ["portal"]), "proof_file_id": "{loose_file}"}
THEIRS = {**nomination("x"), "organisation_id": body("other")}
THEIR_PLAN = {**plan(number="9"), "issuer_id": body("other")}
OFFICE = {"person_name": "Lê Văn Mẫu", "role": "editor", "from_on": "2026-01-01"}
NOMINATOR, PLANNER, KEEPER = "nominator@other", "plan_officer@other", "administrator@other"
EDITOR, APPROVER = "editor@own", "approver@own"


class Try(NamedTuple):
    """Who asks for what; `reads` is where he learns the version of his own; `told` is the refusal."""

    service: str
    who: str
    action: str
    given: Any = None
    told: int | tuple[int, ...] = 404
    reads: str | None = None


HIS_PLAN, HIS_NOMINATION = "/v1/plans/{their_plan}", "/v1/nominations/{their_nomination}"
TRIES = [
    # ids in bodies: whose body, whose file, whose plan
    Try("nominations", NOMINATOR, "PUT /v1/nominations/{new}", nomination("x"), 403),
    Try("nominations", NOMINATOR, f"PUT {HIS_NOMINATION}", nomination("x"), (403, 409), HIS_NOMINATION),
    Try(
        "nominations", NOMINATOR, f"PUT {HIS_NOMINATION}", {**THEIRS, "evidence": ["{loose_file}"]}, 404, HIS_NOMINATION
    ),
    Try("nominations", NOMINATOR, f"PATCH {HIS_NOMINATION}", {"evidence": ["{evidence}"]}, 404, HIS_NOMINATION),
    Try(
        "nominations",
        NOMINATOR,
        f"PATCH {HIS_NOMINATION}",
        {"pictures": [{"file_id": "{picture}", "alternative": "Ảnh"}]},
        404,
        HIS_NOMINATION,
    ),
    Try("nominations", NOMINATOR, f"POST {HIS_NOMINATION}/consents", PROOF, 404),
    Try("nominations", NOMINATOR, "PUT /v1/files/{loose_file}/completion"),
    Try("plans", PLANNER, f"PUT {HIS_PLAN}", plan(number="9"), 403, HIS_PLAN),
    Try("plans", PLANNER, f"PUT {HIS_PLAN}", {**THEIR_PLAN, "file_id": "{loose_plan_file}"}, 404, HIS_PLAN),
    Try("plans", PLANNER, f"PUT {HIS_PLAN}", {**THEIR_PLAN, "file_id": "{plan_file}"}, 404, HIS_PLAN),
    Try("plans", PLANNER, "PUT /v1/plans/{draft}", THEIR_PLAN, 403),
    Try("plans", PLANNER, "PUT /v1/movements/{new}", movement(), 403),
    Try("plans", PLANNER, "PUT /v1/movements/{movement}", {**movement(), "organisation_id": body("other")}, 403),
    Try(
        "plans", KEEPER, "PUT /v1/offices/{new}", {**OFFICE, "person_id": "{new}", "organisation_id": body("own")}, 403
    ),
    Try(
        "plans",
        KEEPER,
        "PUT /v1/offices/{office}",
        {**OFFICE, "person_id": "{new}", "organisation_id": body("other")},
        403,
    ),
    Try(
        "plans",
        KEEPER,
        "PUT /v1/channels/{portal_channel}",
        {"organisation_id": body("other"), "kind": "portal", "name": "x"},
        403,
    ),
    Try(
        "plans",
        KEEPER,
        "PUT /v1/channels/{their_channel}",
        {"organisation_id": body("own"), "kind": "portal", "name": "x"},
        403,
    ),
    Try("notifications", KEEPER, "PUT /v1/webhooks/{new}", {"url": UNSENT, "organisation_id": body("own")}, 403),
    Try("notifications", KEEPER, "PUT /v1/webhooks/{hook}", {"url": UNSENT, "organisation_id": body("other")}),
    Try(
        "notifications",
        KEEPER,
        "PUT /v1/webhooks/{their_hook}",
        {"url": UNSENT, "organisation_id": body("own")},
        403,
        "/v1/webhooks/{their_hook}",
    ),
    Try("notifications", KEEPER, "PUT /v1/webhooks/{their_hook}", {"url": UNSENT, "organisation_id": None}, 403),
    # one's own thing, with a part of another's
    Try(
        "nominations",
        "nominator@below",
        "POST /v1/nominations/{submitted}/consents/{consent}/withdrawal",
    ),
    Try("nominations", APPROVER, "POST /v1/nominations/{released}/holds/{hold}/lift"),
    Try(
        "nominations",
        APPROVER,
        "POST /v1/nominations/{held}/revocation",
        {**REASON, "station_id": "{station}"},
        404,
        "/v1/nominations/{held}",
    ),
    Try(
        "publicity",
        EDITOR,
        "POST /v1/items/{released_item}/placements/{their_channel}",
        None,
        (404, 409),
        "/v1/desk/items/{released_item}",
    ),
    Try("notifications", KEEPER, "POST /v1/deliveries/{hook_delivery}/retry"),
    Try("notifications", NOMINATOR, "POST /v1/messages/read", {"up_to": "{message}"}),
]
# a filter by what is not one's own finds nothing, and says no more than that
EMPTY = [
    ("plans", PLANNER, "/v1/duties?plan_id={plan}", "{duty}"),
    ("plans", PLANNER, "/v1/duties?under={own}", "{duty}"),
    ("plans", PLANNER, f"/v1/duties?organisation_id={body('below')}", "{duty}"),
    ("plans", KEEPER, "/v1/offices?organisation_id={own}", "{office}"),
    ("plans", PLANNER, "/v1/plans?issuer_id={own}&state=draft", "{draft}"),
    ("plans", "auditor@other", "/v1/audit?organisation_id={own}", "{plan}"),
    ("plans", "auditor@other", "/v1/audit?subject_id={plan}", '"action"'),
    ("nominations", "auditor@other", "/v1/audit?subject_id={released}", '"action"'),
    ("nominations", NOMINATOR, "/v1/nominations?view=organisation", "{submitted}"),
    ("publicity", "editor@other", "/v1/desk/items", "{printed_item}"),
    ("notifications", KEEPER, "/v1/webhooks", "{hook}"),
]


def filled(asked: Cells, given: Any) -> Any:
    """The body with the ids it names."""
    if isinstance(given, dict):
        return {name: filled(asked, value) for name, value in given.items()}
    if isinstance(given, list):
        return [filled(asked, value) for value in given]
    return asked.filled(given) if isinstance(given, str) else given


@pytest.mark.parametrize("service", SERVICES)
async def test_what_is_not_his_is_refused_by_every_id(world: World, service: str) -> None:
    faults = []

    async with cells(world, service) as (_, asked):
        before = await asked.kept()
        for one in (one for one in TRIES if one.service == service):
            method, path = (asked.filled(part) for part in one.action.split(" "))
            version = await asked.version((one.who, one.reads)) if one.reads else '"1"'
            answer = await asked.send(one.who, method, path, filled(asked, one.given), version=version)
            told = one.told if isinstance(one.told, tuple) else (one.told,)
            if answer.status_code not in told:
                faults.append(f"{one.who} {one.action}: {answer.status_code} {answer.text[:200]}")
        after = await asked.kept()

    assert (faults, after == before) == ([], True)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_filter_by_what_is_not_his_finds_nothing(world: World, service: str) -> None:
    faults = []

    async with cells(world, service) as (_, asked):
        for name, who, path, hidden in EMPTY:
            if name == service:
                answer = await asked.send(who, "GET", asked.filled(path), None)
                if answer.status_code != 200 or asked.filled(hidden) in answer.text:
                    faults.append(f"{who} {path}: {answer.status_code} {answer.text[:200]}")

    assert faults == []
