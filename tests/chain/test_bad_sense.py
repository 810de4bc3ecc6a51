"""Bodies of the right shape that make no sense as things stand: refused by name at the door, and nothing changed."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from services.commands.directory import import_document
from services.plans.schemas import DirectoryDocument
from services.serving import SERVICES, Servers, serving
from shared.auth.issuer import DevelopmentIssuer
from shared.clock import today
from tests.chain.doors import Doors
from tests.walks import world
from tests.walks.walker import Walker

ENDED = "phong-cu"
UNIT, BODY = str(world.body_id(world.UNIT)), str(world.body_id(world.BODY))


class Case(NamedTuple):
    """One thing that must not be done; `{nomination}` stands for the one there is."""

    who: str
    method: str
    service: str
    path: str
    body: dict[str, Any] | None
    status: int
    code: str
    pointer: str | None = None


def plan(**obligation: Any) -> dict[str, Any]:
    """The plan of the world as another one, with an obligation that says something else."""
    whole = world.plan()
    changed = {**whole["obligations"][0], "id": str(uuid4()), **obligation}
    return {**whole, "number": "222", "obligations": [changed]}


def office(slug: str, **more: str) -> dict[str, Any]:
    """A post for somebody new."""
    return {
        "person_id": str(uuid4()),
        "person_name": "Lê Văn Mẫu",
        "organisation_id": str(world.body_id(slug)),
        "role": "nominator",
        "from_on": "2026-01-01",
        **more,
    }


BELOW_ITSELF = {
    "slug": world.BODY,
    "hierarchy": "state",
    "names": [{"name": "Ủy ban sở tại"}],
    "edges": [{"type": "line_of_command", "to_id": UNIT}],
}
TOMORROW = {
    "person_name": "Bà Trần Thị Mẫu",
    "role": "self",
    "channel_kinds": ["portal"],
    "statement": "Tôi đồng ý.",
    "given_on": (today() + timedelta(days=1)).isoformat(),
}
NOMINATION = "/v1/nominations/{nomination}/"
CASES = {
    "a deadline before the period": Case(
        *("ha", "PUT", "plans", "/v1/plans/{new}"),
        {
            **plan(cadence="once", deadline={"date": "2020-01-01"}),
            "period": {"kind": "range", "start_year": 2026, "end_year": 2030},
        },
        *(422, "deadline-before-period", "#/obligations/0/deadline"),
    ),
    "a deadline that never falls": Case(
        *("ha", "PUT", "plans", "/v1/plans/{new}"),
        plan(deadline={"rrule": "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5"}),
        *(422, "deadline-never-falls", "#/obligations/0/deadline"),
    ),
    "a plan that ends before it begins": Case(
        *("ha", "PUT", "plans", "/v1/plans/{new}"),
        {**plan(), "period": {"kind": "range", "start_year": 2030, "end_year": 2026}},
        *(422, "invalid", "#/period"),
    ),
    "a cycle in the tree": Case(
        *("tam", "PUT", "plans", f"/v1/organisations/{BODY}"),
        BELOW_ITSELF,
        *(409, "cycle-in-tree", "#/edges"),
    ),
    "an office at an abolished organisation": Case(
        *("tam", "PUT", "plans", "/v1/offices/{new}"), office(ENDED), *(409, "body-not-standing", "#/organisation_id")
    ),
    "an office that ends before it begins": Case(
        *("tam", "PUT", "plans", "/v1/offices/{new}"),
        office(world.UNIT, to_on="2025-12-31"),
        *(422, "ends-before-start", "#/to_on"),
    ),
    "an office elsewhere": Case(
        *("tam", "PUT", "plans", "/v1/offices/{new}"), office(world.ABOVE), *(403, "not-allowed")
    ),
    "an approval of his own": Case(*("mai", "POST", "nominations", NOMINATION + "approval"), {}, 403, "not-allowed"),
    "an approval by who only looks it through": Case(
        *("vinh", "POST", "nominations", NOMINATION + "approval"), {}, *(403, "not-allowed")
    ),
    "an approval by whom it has not reached": Case(
        *("tren", "POST", "nominations", NOMINATION + "approval"), {}, *(404, "not-found")
    ),
    "an approval by a stranger": Case(
        *("khach", "POST", "nominations", NOMINATION + "approval"), {}, *(404, "not-found")
    ),
    "a consent of tomorrow": Case(
        *("mai", "POST", "nominations", NOMINATION + "consents"), TOMORROW, *(422, "invalid", "#/given_on")
    ),
}


@pytest.fixture(scope="module")
async def standing(product: Servers) -> dict[str, str]:
    """A plan in force, a nomination under way, and a body that ended; then everything rests."""
    ended = {
        "slug": ENDED,
        "hierarchy": "state",
        "names": [{"name": "Phòng cũ"}],
        "edges": [{"type": "part_of", "to": world.BODY}],
        "valid_to": "2025-06-30",
    }
    whole = world.directory(product.settings.auth_issuer)
    whole["organisations"].append(ended)
    await import_document(product, DirectoryDocument.model_validate(whole))
    async with (
        serving(product, SERVICES) as addresses,
        Walker(addresses, DevelopmentIssuer(product.settings)) as walker,
    ):
        path = await walker.present()
        await walker.told("vinh", "lantoa.nomination.submitted.v1", path.rpartition("/")[2])
    return {"nomination": path.rpartition("/")[2]}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_it_is_refused_by_name_and_nothing_changes(doors: Doors, standing: dict[str, str], case: Case) -> None:
    path = case.path.format(new=uuid4(), **standing)
    read = await doors.send((case.service, "GET", "/".join(path.split("/")[:4])), None, raw=b"", who=case.who)
    version = {"if-match": read.headers.get("etag", '"1"')}
    before = [await doors.kept(service) for service in SERVICES]

    answer = await doors.send((case.service, case.method, path), case.body, who=case.who, **version)

    told = answer.json()
    pointers = [error["pointer"] for error in told["errors"]]
    assert (answer.status_code, told["type"]) == (case.status, f"urn:lantoa:problem:{case.code}"), told
    assert case.pointer in {None, *pointers}
    assert [await doors.kept(service) for service in SERVICES] == before


async def upload(doors: Doors, announced: dict[str, Any], content: bytes) -> tuple[httpx.Response, httpx.Response]:
    """What the upload and its completion are answered."""
    sent = await doors.send(("nominations", "POST", "/v1/files"), announced, who="mai")
    form = sent.json()["upload"]
    path = "/" + form["url"].split("/", 3)[3]
    posted = await doors.http.post(path, data=form["fields"], files={"file": ("f", content)})
    completed = ("nominations", "PUT", f"/v1/files/{sent.json()['id']}/completion")
    return posted, await doors.send(completed, None, raw=b"", who="mai")


PDF = b"%PDF-1.4\n% minh hoa\n%%EOF\n"
HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("announced", "content"),
    [(PDF, PDF + b"x"), (PDF, PDF[:-1]), (PDF, HTML), (HTML, HTML)],
    ids=["larger", "smaller", "other bytes", "another type"],
)
async def test_a_file_that_is_not_what_was_announced_is_refused(doors: Doors, announced: bytes, content: bytes) -> None:
    told = {
        "name": "thanh-tich.pdf",
        "media_type": "application/pdf",
        "size_bytes": len(announced),
        "sha256": hashlib.sha256(announced).hexdigest(),
    }

    _, completed = await upload(doors, told, content)

    assert completed.status_code in {409, 422}
    assert completed.json()["type"].rpartition(":")[2] in {"file-not-uploaded", "file-not-as-announced"}
    assert completed.headers["content-language"] == "vi"


async def test_a_file_as_announced_is_taken(doors: Doors) -> None:
    told = {
        "name": "thanh-tich.pdf",
        "media_type": "application/pdf",
        "size_bytes": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }

    posted, completed = await upload(doors, told, PDF)

    assert (posted.status_code, completed.status_code) == (204, 200)
