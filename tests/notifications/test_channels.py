"""The ways out: addresses inside are refused in every disguise, webhooks are signed, mails are well formed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from standardwebhooks import WebhookVerificationError

from services.notifications.channels import (
    Blocked,
    Post,
    Poster,
    Result,
    UnsafeAddress,
    check_url,
    confirmation_code,
    new_secret,
    outside_address,
    seal,
    unseal,
)
from services.notifications.channels.addresses import is_outside
from services.notifications.channels.webhook import LIMIT_S, retry_after
from shared.db import new_id
from tests.notifications.factories import SECRET
from tests.notifications.receiver import certificate_for_localhost, newsroom


def _post(url: str, *secrets: str) -> Post:
    return Post(new_id(), url, secrets or (SECRET,), '{"tên":"Tổ tự quản"}'.encode())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_inside_addresses_are_known_in_every_form(address: str) -> None:
    assert not is_outside(ip_address(address))


@pytest.mark.parametrize("address", ["203.119.36.1", "8.8.8.8", "2405:4800::1", "2606:4700:4700::1111"])
def test_outside_addresses_are_let_through(address: str) -> None:
    assert is_outside(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://toasoan.example.vn/",
        "ftp://toasoan.example.vn/",
        "https:///duong-dan",
        "https://user:pass@toasoan.example.vn/",
        "https://user@toasoan.example.vn/",
        "https://toasoan.example.vn/#manh",
        "https://toasoan.example.vn:99999/",
        "https://toasoan.example.vn/a b",
        "https://localhost/",
        "https://may-trong-mang/",
        "https://api.internal/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::1",
        "toasoan.example.vn",
        "javascript:alert(1)",
    ],
)
def test_an_unsafe_url_is_refused_at_once(url: str) -> None:
    with pytest.raises(UnsafeAddress) as caught:
        check_url(url, allow_private=False)

    assert caught.value.pointer == "#/url"


@pytest.mark.parametrize("url", ["https://toasoan.example.vn/lantoa?x=1", "https://toasoan.example.vn:8443/"])
def test_a_plain_url_is_accepted(url: str) -> None:
    assert check_url(url, allow_private=False) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "::1"])
async def test_names_that_lead_inside_are_blocked_after_resolving(host: str) -> None:
    with pytest.raises(Blocked):
        await outside_address(host, 443, allow_private=False)


@pytest.mark.parametrize("host", ["khong-co.invalid", "", "a" * 70])
async def test_names_that_lead_nowhere_are_blocked(host: str) -> None:
    with pytest.raises(Blocked):
        await outside_address(host, 443, allow_private=False)


async def test_a_webhook_never_reaches_an_inside_address() -> None:
    async with newsroom() as room, Poster(allow_private=False) as poster:
        outcome = await poster.post(_post(room.url))

    assert (outcome.result, room.received) == (Result.BLOCKED, [])


async def test_a_webhook_carries_its_id_and_a_signature_that_verifies() -> None:
    async with newsroom() as room, Poster(allow_private=True) as poster:
        post = _post(room.url)
        outcome = await poster.post(post)

    got = room.received[0]
    assert outcome.result is Result.ACCEPTED
    assert got.line == "POST /lantoa HTTP/1.1"
    assert got.headers["webhook-id"] == str(post.id)
    assert got.headers["host"] == f"127.0.0.1:{room.port}"
    assert got.headers["content-type"] == "application/cloudevents+json"
    assert got.verified(SECRET) == {"tên": "Tổ tự quản"}


async def test_a_wrong_secret_does_not_verify() -> None:
    async with newsroom() as room, Poster(allow_private=True) as poster:
        await poster.post(_post(room.url))

    with pytest.raises(WebhookVerificationError):
        room.received[0].verified(new_secret())


async def test_during_a_rotation_both_secrets_verify() -> None:
    newer = new_secret()
    async with newsroom() as room, Poster(allow_private=True) as poster:
        await poster.post(_post(room.url, newer, SECRET))

    got = room.received[0]
    assert got.verified(newer) == got.verified(SECRET) == {"tên": "Tổ tự quản"}


async def test_nothing_leaves_unsigned() -> None:
    async with newsroom() as room, Poster(allow_private=True) as poster:
        outcome = await poster.post(Post(new_id(), room.url, (), b"{}"))

    assert (outcome.result, outcome.detail, room.received) == (Result.BLOCKED, "no secret can be opened", [])


async def test_a_redirect_is_not_followed() -> None:
    async with newsroom() as inside, newsroom() as room, Poster(allow_private=True) as poster:
        room.answers = [(307, {"location": inside.url})]
        outcome = await poster.post(_post(room.url))

    assert (outcome.result, outcome.status_code, inside.received) == (Result.REFUSED, 307, [])


async def test_the_host_name_is_kept_while_the_checked_address_is_used() -> None:
    async with newsroom() as room, Poster(allow_private=True) as poster:
        await poster.post(_post(f"http://localhost:{room.port}/x"))

    assert room.received[0].headers["host"] == f"localhost:{room.port}"


@pytest.mark.parametrize(("host", "result"), [("localhost", Result.ACCEPTED), ("127.0.0.1", Result.FAILED)])
async def test_the_certificate_must_be_that_of_the_name(host: str, result: Result, tmp_path: Path) -> None:
    serving, trusting = certificate_for_localhost(tmp_path)
    async with newsroom(tls=serving) as room, Poster(allow_private=True, tls=trusting) as poster:
        outcome = await poster.post(_post(f"https://{host}:{room.port}/"))

    assert outcome.result is result


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, Result.ACCEPTED),
        (204, Result.ACCEPTED),
        (301, Result.REFUSED),
        (400, Result.REFUSED),
        (404, Result.REFUSED),
        (410, Result.GONE),
        (429, Result.REFUSED),
        (500, Result.REFUSED),
        (503, Result.REFUSED),
    ],
)
async def test_each_status_has_its_meaning(status: int, result: Result) -> None:
    async with newsroom() as room, Poster(allow_private=True) as poster:
        room.answers = [(status, {})]
        outcome = await poster.post(_post(room.url))

    assert (outcome.result, outcome.status_code) == (result, status)


async def test_nobody_listening_is_a_failure_not_an_exception() -> None:
    async with newsroom() as room:
        url = room.url

    async with Poster(allow_private=True) as poster:
        outcome = await poster.post(_post(url))

    assert (outcome.result, outcome.status_code, outcome.detail) == (Result.FAILED, None, "ConnectError")


async def test_garbage_is_a_failure_not_an_exception() -> None:
    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\x01 no http at all\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(garbage, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async with Poster(allow_private=True) as poster:
        outcome = await poster.post(_post(f"http://127.0.0.1:{port}/"))
    server.close()

    assert outcome.result is Result.FAILED


async def test_a_receiver_that_drips_its_answer_is_left_after_the_limit() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"H")
                await writer.drain()
                await asyncio.sleep(0.2)
        except OSError:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async with Poster(allow_private=True, limit_s=1) as poster:
        outcome = await poster.post(_post(f"http://127.0.0.1:{port}/"))
    server.close()

    assert LIMIT_S == 10
    assert (outcome.result, outcome.duration_ms // 500) == (Result.FAILED, 2)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 5 ", 5),
        ("99999999999", 86400),
        ("-3", None),
        ("mai", None),
        ("Sat, 21 Nov 2026 12:10:00 GMT", 600),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 12:10:00", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, datetime(2026, 11, 21, 12, 0, tzinfo=UTC)) == seconds


def test_a_secret_is_sealed_and_opened_by_the_older_key_too() -> None:
    sealed = seal(SECRET, ["old"])

    assert SECRET not in sealed
    assert unseal(sealed, ["new", "old"]) == SECRET
    assert unseal(sealed, ["new"]) is None


def test_a_code_belongs_to_one_person_and_one_address() -> None:
    codes = {confirmation_code("k", who, where) for who in ("mai", "lan") for where in ("a@x.vn", "b@x.vn")}

    assert len(codes | {confirmation_code("other", "mai", "a@x.vn")}) == 5
