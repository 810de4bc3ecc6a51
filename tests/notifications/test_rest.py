"""The REST door: one success, one refusal and one bad input a path; lists page; nothing of others is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.channels import confirmation_code
from services.notifications.models import Delivery, WebhookEndpoint
from services.notifications.templates_text import KINDS
from services.notifications.workflow import State
from shared.db import Database, new_id
from shared.idempotency import StoredAnswer
from shared.settings import Settings
from tests.notifications import factories as make

Bearer = Callable[..., dict[str, str]]
Person = Callable[[str], UUID]
SOME = UUID(int=7)
PAPER = {"scope": "publications"}
WEBHOOK = {"url": "https://toasoan.example.vn/lantoa", "events": ["lantoa.item.published.v1"]}


def _codes(answer: httpx.Response) -> list[str]:
    """What is wrong, and where."""
    assert answer.headers["content-type"] == "application/problem+json"
    return [f"{error['pointer']} {error['code']}" for error in answer.json()["errors"]]


async def test_the_walk_from_a_recommendation_to_a_message_read(
    client: httpx.AsyncClient, session: AsyncSession, database: Database, bearer: Bearer, person: Person
) -> None:
    station = await make.organisation(session, "Ủy ban nhân dân thành phố")
    await make.office(session, station, "reviewer", person_id=person("mai"))
    await session.commit()
    fact = make.recommended(station)

    await make.arrive(database, make.enveloped(fact))
    listed = (await client.get("/v1/messages?unread=true", headers=bearer("mai"))).json()
    told = listed["items"][0]
    read = await client.post(f"/v1/messages/{told['id']}/read", headers=bearer("mai"))

    assert told["title"] == "Có hồ sơ được giới thiệu lên, chờ xem: Tổ tự quản không rác"
    assert told["nomination_id"] == str(fact.nomination_id)
    assert told["link"] == f"/nominations/v1/nominations/{fact.nomination_id}"
    assert read.json()["read_at"] is not None
    assert (await client.get("/v1/messages?unread=true", headers=bearer("mai"))).json()["items"] == []


async def test_me_says_who_i_am_and_what_waits(
    client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer, person: Person
) -> None:
    body = await make.organisation(session, "Phòng Giáo dục")
    await make.office(session, body, "nominator", person_id=person("mai"))
    await make.message(session, person("mai"))
    await session.commit()

    answer = await client.get("/v1/me", headers=bearer("mai"))

    assert answer.json() == {
        "person_id": str(person("mai")),
        "name": "Mai",
        "offices": [{"organisation_id": str(body), "organisation_name": "Phòng Giáo dục", "role": "nominator"}],
        "unread_messages": 1,
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("GET", "/v1/messages"),
        ("POST", f"/v1/messages/{SOME}/read"),
        ("POST", "/v1/messages/read"),
        ("GET", "/v1/me/contact-points/email"),
        ("PUT", "/v1/me/contact-points/email"),
        ("DELETE", "/v1/me/contact-points/email"),
        ("PUT", "/v1/me/contact-points/email/confirmation"),
        ("GET", "/v1/me/preferences"),
        ("PUT", "/v1/me/preferences"),
        ("GET", "/v1/webhooks"),
        ("PUT", f"/v1/webhooks/{SOME}"),
        ("GET", f"/v1/webhooks/{SOME}"),
        ("DELETE", f"/v1/webhooks/{SOME}"),
        ("POST", f"/v1/webhooks/{SOME}/test"),
        ("POST", f"/v1/webhooks/{SOME}/pause"),
        ("POST", f"/v1/webhooks/{SOME}/resumption"),
        ("POST", f"/v1/webhooks/{SOME}/disablement"),
        ("POST", f"/v1/webhooks/{SOME}/secret/rotation"),
        ("GET", f"/v1/webhooks/{SOME}/deliveries"),
        ("POST", f"/v1/deliveries/{SOME}/retry"),
    ],
)
async def test_every_path_wants_a_name(method: str, path: str, client: httpx.AsyncClient) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:lantoa:problem:not-signed-in")


async def test_messages_page_from_the_newest_and_stay_stable_when_more_come(
    client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer, person: Person
) -> None:
    for number in range(5):
        await make.message(session, person("mai"), title=f"tin {number}")
    await make.message(session, person("lan"), title="của Lan")
    await session.commit()

    first = await client.get("/v1/messages?limit=2", headers=bearer("mai"))
    await make.message(session, person("mai"), title="tin 5")
    await session.commit()
    second = await client.get(f"/v1/messages?limit=2&after={first.json()['next']}", headers=bearer("mai"))
    third = await client.get(f"/v1/messages?limit=2&after={second.json()['next']}", headers=bearer("mai"))

    pages = [[one["title"] for one in page.json()["items"]] for page in (first, second, third)]
    assert pages == [["tin 4", "tin 3"], ["tin 2", "tin 1"], ["tin 0"]]
    assert first.headers["link"].endswith('rel="next"')
    assert ("link" in third.headers, third.json()["next"]) == (False, None)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "unread=maybe", "after=%21"])
async def test_a_list_refuses_bad_parameters(query: str, client: httpx.AsyncClient, bearer: Bearer) -> None:
    answer = await client.get(f"/v1/messages?{query}", headers=bearer("mai"))

    assert answer.status_code == 422
    assert [error.split()[0] for error in _codes(answer)] == [f"#/query/{query.split('=')[0]}"]


async def test_somebody_elses_message_is_not_there(
    client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer, person: Person
) -> None:
    foreign = await make.message(session, person("lan"))
    await session.commit()

    one = await client.post(f"/v1/messages/{foreign.id}/read", headers=bearer("mai"))
    all_of_them = await client.post("/v1/messages/read", json={"up_to": str(foreign.id)}, headers=bearer("mai"))
    listed = await client.get("/v1/messages", headers=bearer("mai"))

    assert (one.status_code, all_of_them.status_code, listed.json()["items"]) == (404, 404, [])


async def test_marking_all_up_to_one(
    client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer, person: Person
) -> None:
    rows = [await make.message(session, person("mai")) for _ in range(3)]
    await session.commit()

    answer = await client.post("/v1/messages/read", json={"up_to": str(rows[1].id)}, headers=bearer("mai"))
    refused = await client.post("/v1/messages/read", json={"upto": 1}, headers=bearer("mai"))

    assert answer.json() == {"marked": 2}
    assert _codes(refused) == ["#/up_to missing", "#/upto extra-forbidden"]


async def test_an_address_is_set_confirmed_and_removed(
    client: httpx.AsyncClient, bearer: Bearer, person: Person, settings: Settings
) -> None:
    path, mai = "/v1/me/contact-points/email", bearer("mai")
    before = await client.get(path, headers=mai)
    put = await client.put(path, json={"address": "mai@x.vn"}, headers=mai)
    code = confirmation_code(settings.secret_keys[0], person("mai"), "mai@x.vn")
    confirmed = await client.put(f"{path}/confirmation", json={"code": code}, headers=mai)
    stale = await client.delete(path, headers=mai | {"if-match": put.headers["etag"]})
    unnamed = await client.delete(path, headers=mai)
    removed = await client.delete(path, headers=mai | {"if-match": confirmed.headers["etag"]})

    assert before.json() == {"channel": "email", "address": None, "confirmed_at": None}
    assert (put.json()["address"], put.json()["confirmed_at"], put.headers["etag"]) == ("mai@x.vn", None, '"1"')
    assert confirmed.json()["confirmed_at"] is not None
    assert (stale.status_code, unnamed.status_code, removed.status_code) == (412, 428, 200)
    assert removed.json()["address"] is None


@pytest.mark.parametrize(
    "address", ["", "mai", "mai@", "@x.vn", "mai@x", "a b@x.vn", "a@x.vn\r\nBcc: b@x.vn", "mái@x.vn", "a@b@x.vn", 7]
)
async def test_what_is_no_address_is_refused(address: Any, client: httpx.AsyncClient, bearer: Bearer) -> None:
    answer = await client.put("/v1/me/contact-points/email", json={"address": address}, headers=bearer("mai"))

    assert answer.status_code == 422
    assert [error.split()[0] for error in _codes(answer)] == ["#/address"]


async def test_what_is_wrong_with_an_address_is_said_in_the_readers_language(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    said = [
        (
            await client.put(
                "/v1/me/contact-points/email",
                json={"address": "mai"},
                headers=bearer("mai") | {"accept-language": language},
            )
        ).json()["errors"][0]["detail"]
        for language in ("vi", "en")
    ]

    assert said == [
        "không phải địa chỉ thư điện tử; hãy ghi như mai@coquan.example.vn, không dấu",
        "is no e-mail address; write it like mai@office.example.vn, in plain letters",
    ]


async def test_a_wrong_code_says_so_in_vietnamese(client: httpx.AsyncClient, bearer: Bearer) -> None:
    await client.put("/v1/me/contact-points/email", json={"address": "mai@x.vn"}, headers=bearer("mai"))

    answer = await client.put(
        "/v1/me/contact-points/email/confirmation", json={"code": "AAAAA-BBBBB"}, headers=bearer("mai")
    )

    assert (answer.status_code, answer.json()["title"]) == (422, "Mã xác nhận không đúng")


async def test_preferences_are_shown_whole_and_replaced_whole(client: httpx.AsyncClient, bearer: Bearer) -> None:
    kind = "lantoa.nomination.taken_up.v1"
    before = await client.get("/v1/me/preferences", headers=bearer("mai"))
    wish = {"items": [{"kind": kind, "channel": "in_app", "enabled": False}]}

    put = await client.put("/v1/me/preferences", json=wish, headers=bearer("mai"))

    off = [one for one in put.json()["items"] if not one["enabled"]]
    assert (len(before.json()["items"]), {one["enabled"] for one in before.json()["items"]}) == (2 * len(KINDS), {True})
    assert off == wish["items"]


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({"kind": "lantoa.unknown.v1", "channel": "email", "enabled": True}, "#/items/0/kind"),
        (
            {"kind": "lantoa.nomination.taken_up.v1", "channel": "webhook", "enabled": True},
            "#/items/0/channel",
        ),
        ({"kind": "lantoa.nomination.taken_up.v1", "channel": "email"}, "#/items/0/enabled"),
    ],
)
async def test_a_preference_names_what_exists(
    item: dict[str, Any], pointer: str, client: httpx.AsyncClient, bearer: Bearer
) -> None:
    answer = await client.put("/v1/me/preferences", json={"items": [item]}, headers=bearer("mai"))

    assert [error.split()[0] for error in _codes(answer)] == [pointer]


async def test_a_webhook_is_registered_read_changed_and_deleted(client: httpx.AsyncClient, bearer: Bearer) -> None:
    paper = bearer("bao", **PAPER)
    path = f"/v1/webhooks/{new_id()}"

    made = await client.put(path, json=WEBHOOK, headers=paper)
    again = await client.put(path, json=WEBHOOK, headers=paper)
    got = await client.get(path, headers=paper)
    careless = await client.put(path, json=WEBHOOK | {"events": []}, headers=paper)
    changed = await client.put(path, json=WEBHOOK | {"events": []}, headers=paper | {"if-match": '"1"'})
    listed = await client.get("/v1/webhooks", headers=paper)
    deleted = await client.delete(path, headers=paper | {"if-match": '"2"'})

    assert (made.status_code, made.json()["secret"][:6], made.headers["etag"]) == (201, "whsec_", '"1"')
    assert (again.status_code, again.json()["secret"]) == (200, None)
    assert (got.json()["secret"], got.json()["state_label"]) == (None, "đang nhận")
    assert (careless.status_code, changed.status_code, changed.json()["events"]) == (428, 200, [])
    assert [one["id"] for one in listed.json()["items"]] == [path.rsplit("/", 1)[1]]
    assert (deleted.status_code, (await client.get(path, headers=paper)).status_code) == (204, 404)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://toasoan.example.vn/"}, "#/url"),
        ({"url": "https://192.168.0.1/"}, "#/url"),
        ({"url": "https://" + "a" * 2000}, "#/url"),
        ({"url": 5}, "#/url"),
        ({"events": ["lantoa.nomination.submitted.v1"]}, "#/events/0"),
        ({"events": ["lantoa.delivery.dead.v1"]}, "#/events/0"),
        ({"events": ["lantoa.item.published.v1"] * 99}, "#/events"),
        ({"organisation_id": "x"}, "#/organisation_id"),
        ({"secret": "của tôi"}, "#/secret"),
    ],
)
async def test_a_webhook_with_bad_input_is_refused_and_not_kept(
    body: dict[str, Any], pointer: str, client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer
) -> None:
    answer = await client.put(f"/v1/webhooks/{new_id()}", json=WEBHOOK | body, headers=bearer("bao", **PAPER))

    assert answer.status_code == 422
    assert [error.split()[0] for error in _codes(answer)] == [pointer]
    assert await make.count(session, WebhookEndpoint) == 0


async def test_a_person_without_office_may_not_register(client: httpx.AsyncClient, bearer: Bearer) -> None:
    own = await client.put(f"/v1/webhooks/{new_id()}", json=WEBHOOK, headers=bearer("mai"))
    bodys = await client.put(
        f"/v1/webhooks/{new_id()}", json=WEBHOOK | {"organisation_id": str(new_id())}, headers=bearer("mai")
    )

    assert (own.status_code, bodys.status_code) == (403, 403)


async def test_a_foreign_webhook_is_not_there(client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer) -> None:
    row = await make.endpoint(session)
    sent = await make.delivery(session, row, state=State.DEAD)
    await session.commit()
    paper, path = bearer("bao", **PAPER) | {"if-match": '"1"'}, f"/v1/webhooks/{row.id}"

    answers = [
        await client.get(path, headers=paper),
        await client.put(path, json=WEBHOOK, headers=paper),
        await client.delete(path, headers=paper),
        await client.get(f"{path}/deliveries", headers=paper),
        await client.post(f"{path}/test", headers=paper),
        await client.post(f"{path}/pause", headers=paper),
        await client.post(f"{path}/secret/rotation", headers=paper),
        await client.post(f"/v1/deliveries/{sent.id}/retry", headers=paper),
    ]

    assert [answer.status_code for answer in answers] == [404] * 8


async def test_secrets_are_never_kept_for_an_idempotency_key(
    client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer
) -> None:
    paper = bearer("bao", **PAPER)
    path = f"/v1/webhooks/{new_id()}"
    await client.put(path, json=WEBHOOK, headers=paper | {"idempotency-key": "a"})
    turned = await client.post(f"{path}/secret/rotation", headers=paper | {"idempotency-key": "b", "if-match": '"1"'})

    await client.post(f"{path}/test", headers=paper | {"idempotency-key": "c"})

    kept = (await session.scalars(select(StoredAnswer.path))).all()
    assert turned.json()["secret"][:6] == "whsec_"
    assert list(kept) == [f"{path}/test"]


async def test_steps_of_an_endpoint_and_the_log_of_its_deliveries(
    client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer
) -> None:
    paper = bearer("bao", **PAPER)
    path = f"/v1/webhooks/{new_id()}"
    await client.put(path, json=WEBHOOK, headers=paper)

    ping = await client.post(f"{path}/test", headers=paper)
    log = await client.get(f"{path}/deliveries", headers=paper)
    under_way = await client.post(f"/v1/deliveries/{ping.json()['id']}/retry", headers=paper)
    paused = await client.post(f"{path}/pause", headers=paper | {"if-match": '"1"'})
    twice = await client.post(f"{path}/pause", headers=paper | {"if-match": '"2"'})
    resumed = await client.post(f"{path}/resumption", headers=paper | {"if-match": '"2"'})
    disabled = await client.post(f"{path}/disablement", headers=paper | {"if-match": '"3"'})

    assert (ping.status_code, ping.json()["state"], ping.json()["attempts"]) == (202, "pending", [])
    assert [one["id"] for one in log.json()["items"]] == [ping.json()["id"]]
    assert (under_way.status_code, under_way.json()["type"]) == (409, "urn:lantoa:problem:step-not-possible")
    assert [one.json()["state"] for one in (paused, resumed, disabled)] == ["paused", "active", "disabled"]
    assert twice.json()["detail"].startswith("Trạng thái hiện nay là «tạm dừng»")
    assert list(await session.scalars(select(Delivery.state))) == [State.CANCELLED]


async def test_a_repeated_test_with_one_key_sends_one_ping(
    client: httpx.AsyncClient, session: AsyncSession, bearer: Bearer
) -> None:
    paper = bearer("bao", **PAPER)
    path = f"/v1/webhooks/{new_id()}"
    await client.put(path, json=WEBHOOK, headers=paper)

    first, second = [await client.post(f"{path}/test", headers=paper | {"idempotency-key": "1"}) for _ in range(2)]

    assert first.json() == second.json()
    assert await make.count(session, Delivery) == 1
