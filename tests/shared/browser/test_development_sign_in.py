"""Signing in at the development issuer, over real sockets; its codes work once, and for who asked for them only."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from deploy.native.servers import free_ports
from services.serving import dispatcher
from shared.auth.issuer import DevelopmentIssuer
from shared.auth.issuer_doors import issuer_router
from shared.auth.pkce import challenge_of
from shared.auth.tokens import Verifier, verifier_for
from shared.db import Database
from shared.errors import NotSignedIn
from shared.settings import Settings
from tests.conftest import calling
from tests.shared.browser.doors import path_of, product
from tests.shared.browser.oidc import standing

BASE = "http://testserver"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
ASKED = {
    "response_type": "code",
    "client_id": "lantoa",
    "redirect_uri": f"{BASE}/plans/sign-in/callback",
    "state": "xyz",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass
class Clock:
    """Seconds that pass when the test says so."""

    seconds: float

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock(time.time())


@pytest.fixture
async def client(issuer: DevelopmentIssuer, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """Before the issuer's doors alone."""
    app = FastAPI()
    app.include_router(issuer_router(issuer, BASE, clock=clock))
    async with calling(app) as client:
        yield client


async def code_for(client: httpx.AsyncClient, subject: str = "mai") -> str:
    answer = await client.post("/issuer/authorize", params=ASKED, data={"subject": subject, "name": "Mai"})
    told = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (answer.status_code, told["state"]) == (303, ["xyz"])
    return told["code"][0]


async def exchanged(client: httpx.AsyncClient, code: str, /, **changes: str) -> httpx.Response:
    sent = {"grant_type": "authorization_code", "client_id": "lantoa", "redirect_uri": ASKED["redirect_uri"]}
    return await client.post("/issuer/token", data={**sent, "code": code, "code_verifier": VERIFIER, **changes})


async def test_who_opens_a_page_says_who_he_is_and_is_there(database: Database, home: Path) -> None:
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    settings = Settings(_env_file=None, home=home, public_url=address)

    async with standing(product(settings, database), port):
        async with httpx.AsyncClient(follow_redirects=True) as browser:
            asked = await browser.get(f"{address}/shared/desk?id=7")
            arrived = await browser.post(asked.url, data={"subject": "mai", "name": "Trần Thị Mai"})
            (session,) = browser.cookies.jar

    assert "Trang này chỉ để phát triển" in asked.text
    assert (path_of(arrived), arrived.json()) == ("/shared/desk?id=7", "Trần Thị Mai")
    assert (session.name, session.path, session.secure) == ("lantoa-session", "/shared", False)


async def test_the_page_asks_who_one_is_and_says_what_it_is_for(client: httpx.AsyncClient) -> None:
    page = await client.get("/issuer/authorize", params=ASKED)

    assert "Trang này chỉ để phát triển" in page.text
    assert '<label for="subject">' in page.text
    assert '<label for="name">' in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_nobody_is_not_believed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/issuer/authorize", params=ASKED, data={"subject": "  "})

    assert answer.status_code == 422
    assert '<label for="subject">' in answer.text


async def test_a_code_becomes_a_token_of_the_person(client: httpx.AsyncClient, verifier: Verifier) -> None:
    answer = await exchanged(client, await code_for(client))

    claims = await verifier.verify(answer.json()["access_token"])
    assert (claims.sub, claims.name) == ("mai", "Mai")
    assert answer.headers["cache-control"] == "no-store"
    assert challenge_of(VERIFIER) == CHALLENGE


async def test_a_code_is_good_once(client: httpx.AsyncClient) -> None:
    code = await code_for(client)

    answers = [await exchanged(client, code) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[1].json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 400)])
async def test_a_code_is_good_for_a_minute(client: httpx.AsyncClient, clock: Clock, seconds: int, status: int) -> None:
    code = await code_for(client)
    clock.seconds += seconds

    assert (await exchanged(client, code)).status_code == status


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"code_verifier": "a" * 43}, 400, "invalid_grant"),
        ({"code_verifier": CHALLENGE}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": f"{BASE}/publicity/sign-in/callback"}, 400, "invalid_grant"),
        ({"code": "x.y.z"}, 400, "invalid_grant"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
async def test_a_code_is_for_who_asked_for_it(
    client: httpx.AsyncClient, change: dict[str, str], status: int, error: str
) -> None:
    answer = await exchanged(client, await code_for(client), **change)

    assert (answer.status_code, answer.json()) == (status, {"error": error})


async def test_a_code_somebody_tried_to_guess_the_proof_of_is_used_up(client: httpx.AsyncClient) -> None:
    code = await code_for(client)

    await exchanged(client, code, code_verifier="a" * 43)

    assert (await exchanged(client, code)).status_code == 400


async def test_a_code_is_no_token_and_a_token_no_code(
    client: httpx.AsyncClient, issuer: DevelopmentIssuer, verifier: Verifier
) -> None:
    code = await code_for(client)

    assert (await exchanged(client, issuer.mint("mai"))).json() == {"error": "invalid_grant"}
    with pytest.raises(NotSignedIn):
        await verifier.verify(code)


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example/plans/sign-in/callback"},
        {"redirect_uri": f"{BASE}.evil.example/plans/sign-in/callback"},
        {"redirect_uri": f"{BASE}@evil.example/sign-in/callback"},
        {"redirect_uri": f"{BASE}/plans/sign-in/callback?next=//evil.example"},
        {"redirect_uri": f"{BASE}/plans/v1/me"},
        {"redirect_uri": ""},
        {"client_id": "another"},
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_ours(client: httpx.AsyncClient, change: dict[str, str]) -> None:
    answers = [
        await client.get("/issuer/authorize", params=ASKED | change),
        await client.post("/issuer/authorize", params=ASKED | change, data={"subject": "mai"}),
    ]

    assert [(answer.status_code, "location" in answer.headers) for answer in answers] == [(400, False)] * 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "ẹ" * 43}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_what_is_asked_wrongly_is_told_to_who_asked(
    client: httpx.AsyncClient, change: dict[str, str], error: str
) -> None:
    answer = await client.get("/issuer/authorize", params=ASKED | change)

    assert answer.headers["location"] == f"{ASKED['redirect_uri']}?error={error}&state=xyz"


async def test_none_of_it_is_there_in_production(tmp_path: Path) -> None:
    production = Settings(
        _env_file=None,
        env="production",
        home=tmp_path,
        database_url="postgresql://db/lantoa",
        files_url="s3+https://key:secret@files/lantoa",
        secret_key="0123456789abcdef0123456789abcdef",
        public_url=BASE,
        bus_url="kafka://kafka:9092",
        auth_issuer="https://login.example/realms/lantoa",
        smtp_url="smtp://mail.example:587",
    )

    async with httpx.AsyncClient(transport=httpx.ASGITransport(dispatcher({}, production)), base_url=BASE) as client:
        asked = await client.get("/issuer/authorize", params=ASKED)
        believed = await client.post("/issuer/authorize", params=ASKED, data={"subject": "mai"})
        taken = await exchanged(client, "x")

    assert [answer.status_code for answer in (asked, believed, taken)] == [404, 404, 404]


async def test_the_same_issuer_is_known_by_its_document(client: httpx.AsyncClient, settings: Settings) -> None:
    document = (await client.get("/issuer/.well-known/openid-configuration")).json()

    assert document["issuer"] == verifier_for(settings).issuer
    assert document["authorization_endpoint"] == f"{BASE}/issuer/authorize"
    assert document["token_endpoint"] == f"{BASE}/issuer/token"
    assert document["code_challenge_methods_supported"] == ["S256"]
