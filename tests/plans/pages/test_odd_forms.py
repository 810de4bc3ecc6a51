"""No form, however odd, is more than refused: what a person or a stranger may send never fails the page."""

from __future__ import annotations

import pytest

from tests.plans.confirming.conftest import Desk
from tests.plans.pages.doors import brought, seen
from tests.plans.reading.documents import word

DEEP = '{"key":"title","links":' + '{"bearers":[' * 700 + "]}" * 700 + "}"
LONG = "9" * 5000
ODD = ["", "\x00", "\ud800", LONG, "²", "１", "a" * 20_000, "\r\n\r\n", "NaN"]
DECISIONS = [
    {"standing": ["confirmed"], "leaf": [DEEP]},
    {"standing": ["confirmed"], "leaf": ["[" * 100_000]},
    {"standing": ["confirmed"], "leaf": ['{"key":"kept/0"}', '{"key":"obligations/99999999999999999999"}']},
    {"standing": ["confirmed"], "leaf": ['{"key":"title","links":{"movement_id":"\\ud800"}}']},
    {"standing": ["dismissed"], "leaf": ['{"key":"recipients/400"}']},
    {"standing": ["confirmed"], "leaf": ['{"key":"title"}'], "version": [LONG]},
    {"standing": ["confirmed"], "leaf": ['{"key":"title"}'], "version": ["\ud800"]},
]
KEYS = ["obligations/0", "movements/7", "period", "rotation/0", "kept/0", "x\x00", LONG]
CLICKED = {"hx-request": "true"}


def parts(fields: dict[str, list[str]]) -> tuple[bytes, dict[str, str]]:
    """As a multipart body, half characters included: no browser sends them, anybody can."""
    lines = [
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode("utf-7") + b"\r\n"
        for name, values in fields.items()
        for value in values
    ]
    return b"".join([*lines, b"--x--\r\n"]), {"content-type": "multipart/form-data; boundary=x; charset=utf-7"}


async def sent_oddly(desk: Desk, path: str, fields: dict[str, list[str]], **headers: str) -> int:
    """The status, sent as no browser would."""
    content, of_parts = parts(fields)
    return (await desk.call("POST", path, content=content, headers=of_parts | headers)).status_code


@pytest.mark.parametrize("form", DECISIONS)
async def test_decisions_that_are_none_are_refused(desk: Desk, form: dict[str, list[str]]) -> None:
    address = await brought(desk)

    statuses = [
        await sent_oddly(desk, f"{address}/decisions", {"version": ["1"], **form}, **headers)
        for headers in ({}, CLICKED)
    ]

    assert [status for status in statuses if not 400 <= status < 500] == []
    assert (await desk.call("GET", f"/v1{address}")).json()["version"] == 1


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_every_field_of_a_form_takes_anything(desk: Desk, odd: str) -> None:
    address = await brought(desk)
    statuses = []

    for key in ("obligations/0", "period", "movements/0", "rotation/0"):
        form = (await seen(desk, f"{address}?edit={key}")).form("/corrections")
        fields = {name: [odd] for name in form.sent()} | {"key": [key], "version": ["1"]}
        several = fields | {"deadline": ["months"], "deadline_months": [odd, odd, "3"]}
        listed = fields | {"deadline": ["rules"], "kind": ["nominate"]}
        statuses += [await sent_oddly(desk, f"{address}/corrections", each) for each in (fields, several, listed)]

    assert [status for status in statuses if status >= 500] == []
    assert (await desk.call("GET", address)).status_code == 200


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
async def test_every_leaf_may_be_asked_for(desk: Desk, key: str) -> None:
    address = await brought(desk)

    asked = [
        (await desk.call("GET", address, params={name: key}, headers=headers)).status_code
        for name in ("edit", "leaf")
        for headers in ({}, CLICKED)
    ]
    posted = await sent_oddly(desk, f"{address}/corrections", {"key": [key], "version": ["1"]}, **CLICKED)

    assert [status for status in [*asked, posted] if status >= 500] == []


async def test_a_document_comes_with_anything_beside_it(desk: Desk) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")

    told = [await sent_oddly(desk, form.action, {name: [odd] for name in form.sent()}) for odd in ODD]

    assert [status for status in told if not 400 <= status < 500] == []


@pytest.mark.parametrize("name", ["\x00.docx", ".docx", "../../x.docx", "a" * 3000 + ".docx"])
async def test_a_document_may_have_any_name(desk: Desk, name: str) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")

    answer = await desk.call("POST", form.action, data=form.sent(), files={"file": (name, word())})

    assert answer.status_code < 500
