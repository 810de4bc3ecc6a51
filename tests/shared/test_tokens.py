"""Tokens: which are believed, and what happens while their issuer, a real server here, is away or talks nonsense."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from deploy.native.servers import free_ports
from shared.auth.tokens import DiscoveredKeys, Verifier
from shared.errors import NotSignedIn, Unavailable

(PORT,) = free_ports(1)
ISSUER = f"http://127.0.0.1:{PORT}"
KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
OTHER = ECKey.generate_key("P-256", {"kid": "two", "use": "sig", "alg": "ES256"})


@dataclass
class Issuer:
    """What the server gives out by path, how slowly, and how often its keys were asked for."""

    documents: dict[str, Any] = field(default_factory=dict)
    delay_s: float = 0.0
    away: bool = False
    asked: int = 0

    def publish(self, *keys: Any) -> None:
        self.documents = {
            ".well-known/openid-configuration": {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"},
            "keys": {"keys": [key.as_dict(private=False) for key in keys]},
        }

    async def give(self, path: str) -> Response:
        self.asked += path == ".well-known/openid-configuration"
        await asyncio.sleep(self.delay_s)
        return Response(status_code=503) if self.away else JSONResponse(self.documents[path])


@dataclass
class Clock:
    """Seconds that pass when the test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
async def standing() -> AsyncIterator[Issuer]:
    """The issuer on a port of its own."""
    issuer, app = Issuer(), FastAPI()
    app.add_api_route("/{path:path}", issuer.give)
    server = uvicorn.Server(uvicorn.Config(app, port=PORT, log_config=None, lifespan="off"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield issuer
    server.should_exit = True
    await running


@pytest.fixture
def issuer(standing: Issuer) -> Issuer:
    """The issuer as it should be, asked by nobody yet."""
    standing.publish(KEY)
    standing.delay_s, standing.away, standing.asked = 0.0, False, 0
    return standing


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(issuer: Issuer, clock: Clock) -> Verifier:
    return Verifier(DiscoveredKeys(ISSUER), issuer=ISSUER, audience="lantoa", clock=clock)


@pytest.fixture(scope="module")
async def informed(standing: Issuer) -> Verifier:
    """A verifier that has its keys already, for many examples."""
    standing.publish(KEY)
    verifier = Verifier(DiscoveredKeys(ISSUER), issuer=ISSUER, audience="lantoa")
    await verifier.verify(token())
    return verifier


def claims(**changes: Any) -> dict[str, Any]:
    told = {"iss": ISSUER, "sub": "mai", "aud": "lantoa", "exp": int(time.time()) + 60, "name": "Mai"}
    return {name: value for name, value in (told | changes).items() if value is not None}


def token(key: Any = KEY, alg: str = "ES256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    head = {"alg": alg, "kid": key.kid} | (header or {})
    return jwt.encode(head, claims(**changes), key, algorithms=[alg])


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def unsigned() -> str:
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims())}."


def signed_with_the_public_key() -> str:
    """The old trick: HS256 with the issuer's published key as the shared secret."""
    secret = OctKey.import_key(KEY.as_pem(private=False).decode().replace("-", "_"), {"kid": "one"})
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims(), secret, algorithms=["HS256"])


def with_key_inside() -> str:
    """A forger's own key in the token's header."""
    header = {"alg": "ES256", "kid": "one", "jwk": OTHER.as_dict(private=False)}
    body = f"{encoded(header)}.{encoded(claims())}"
    return f"{body}.{token(OTHER).rsplit('.', 1)[1]}"


async def test_a_good_token_names_its_person(verifier: Verifier) -> None:
    found = await verifier.verify(token())

    assert (found.iss, found.sub, found.name) == (ISSUER, "mai", "Mai")


@pytest.mark.parametrize(
    ("alg", "key"),
    [
        ("RS256", RSAKey.generate_key(2048, {"kid": "rsa"})),
        ("PS256", RSAKey.generate_key(2048, {"kid": "pss"})),
        ("Ed25519", OKPKey.generate_key("Ed25519", {"kid": "ed"})),
    ],
)
async def test_every_usual_signature_is_understood(issuer: Issuer, verifier: Verifier, alg: str, key: Any) -> None:
    issuer.publish(KEY, key)

    assert (await verifier.verify(token(key, alg))).sub == "mai"


async def test_the_audience_may_be_one_of_several(verifier: Verifier) -> None:
    assert (await verifier.verify(token(aud=["account", "lantoa"]))).sub == "mai"


async def test_clocks_may_differ_by_half_a_minute(verifier: Verifier) -> None:
    moment = int(time.time())

    assert (await verifier.verify(token(exp=moment - 20, nbf=moment + 20))).sub == "mai"


REFUSED: dict[str, Callable[[], str]] = {
    "expired": lambda: token(exp=int(time.time()) - 31),
    "without an end": lambda: token(exp=None),
    "without a real end": lambda: token(exp=float("nan")),
    "not valid yet": lambda: token(nbf=int(time.time()) + 60),
    "of another issuer": lambda: token(iss="https://evil.example"),
    "for somebody else": lambda: token(aud="portal"),
    "for several others": lambda: token(aud=["portal", "account"]),
    "without an audience": lambda: token(aud=None),
    "without a subject": lambda: token(sub=None),
    "of an unknown key": lambda: token(OTHER),
    "forged under a known key's name": lambda: token(OTHER, header={"kid": "one"}),
    "carrying its own key": with_key_inside,
    "unsigned": unsigned,
    "signed with the public key": signed_with_the_public_key,
    "cut short": lambda: token()[:-10],
    "empty": lambda: "",
}


@pytest.mark.parametrize("why", REFUSED)
async def test_a_token_is_refused_that_is(verifier: Verifier, why: str) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.verify(REFUSED[why]())


@examples(max_examples=200, deadline=None)
@given(sent=st.text() | st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){2}", fullmatch=True))
async def test_whatever_is_sent_as_a_token_is_refused_and_never_an_error_of_ours(informed: Verifier, sent: str) -> None:
    with pytest.raises(NotSignedIn):
        await informed.verify(sent)


names = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5c"])
values = st.none() | st.text() | st.integers() | st.lists(st.text(max_size=3), max_size=2)


@examples(max_examples=200, deadline=None)
@given(header=st.dictionaries(names, values) | values)
async def test_no_header_is_an_error_of_ours(informed: Verifier, header: Any) -> None:
    with pytest.raises(NotSignedIn):
        await informed.verify(f"{encoded(header)}.{token().split('.', 1)[1]}")


async def test_after_a_rotation_the_new_key_is_asked_for_at_once(
    issuer: Issuer, verifier: Verifier, clock: Clock
) -> None:
    await verifier.verify(token())
    issuer.publish(OTHER)
    clock.seconds += 11

    assert (await verifier.verify(token(OTHER))).sub == "mai"
    assert issuer.asked == 2


async def test_a_key_taken_back_is_forgotten_after_five_minutes(
    issuer: Issuer, verifier: Verifier, clock: Clock
) -> None:
    await verifier.verify(token())
    issuer.publish(OTHER)
    clock.seconds += 301

    with pytest.raises(NotSignedIn):
        await verifier.verify(token())


async def test_a_flood_of_bad_tokens_asks_the_issuer_once(issuer: Issuer, verifier: Verifier) -> None:
    flood = (verifier.verify(token(OTHER)) for _ in range(50))

    answers = await asyncio.gather(*flood, return_exceptions=True)

    assert {type(answer) for answer in answers} == {NotSignedIn}
    assert issuer.asked == 1


async def test_while_the_issuer_is_away_known_keys_serve_on(issuer: Issuer, verifier: Verifier, clock: Clock) -> None:
    await verifier.verify(token())
    issuer.away = True
    clock.seconds += 400

    assert (await verifier.verify(token())).sub == "mai"
    with pytest.raises(NotSignedIn):
        await verifier.verify(token(OTHER))
    assert issuer.asked == 2


async def test_keys_a_day_old_are_believed_no_longer(issuer: Issuer, verifier: Verifier, clock: Clock) -> None:
    await verifier.verify(token())
    issuer.away = True
    clock.seconds += 86_500

    with pytest.raises(Unavailable):
        await verifier.verify(token())


async def test_an_issuer_that_never_answered_is_not_asked_at_every_request(issuer: Issuer, verifier: Verifier) -> None:
    issuer.away = True
    waiting = (verifier.verify(token()) for _ in range(20))

    answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert {type(answer) for answer in answers} == {Unavailable}
    assert issuer.asked == 1


async def test_a_key_of_tomorrows_kind_hides_no_other(issuer: Issuer) -> None:
    tomorrow = [{"kty": "AKP", "kid": "pq"}, {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"}, {"kid": "?"}]
    issuer.documents["keys"]["keys"] += tomorrow

    assert [key.kid for key in (await DiscoveredKeys(ISSUER).fetch()).keys] == ["one"]


@pytest.mark.parametrize(
    ("path", "document"),
    [
        (".well-known/openid-configuration", {"issuer": "https://evil.example", "jwks_uri": f"{ISSUER}/keys"}),
        (".well-known/openid-configuration", {"issuer": ISSUER}),
        (".well-known/openid-configuration", {"issuer": ISSUER, "jwks_uri": 5}),
        (".well-known/openid-configuration", {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"}),
        (".well-known/openid-configuration", []),
        ("keys", {"no": "keys"}),
        ("keys", {"keys": "text"}),
        ("keys", {"keys": [5]}),
        ("keys", {"keys": []}),
        ("keys", "text"),
    ],
)
async def test_an_issuer_that_talks_nonsense_is_unavailable(issuer: Issuer, path: str, document: Any) -> None:
    issuer.documents[path] = document

    with pytest.raises(Unavailable):
        await DiscoveredKeys(ISSUER).fetch()


async def test_an_issuer_that_hangs_is_given_up_after_two_seconds(issuer: Issuer) -> None:
    issuer.delay_s = 1.5
    began = time.monotonic()

    with pytest.raises(Unavailable):
        await DiscoveredKeys(ISSUER).fetch()

    assert time.monotonic() - began < 2.9


async def test_an_issuer_that_is_not_there_is_unavailable() -> None:
    (nobody,) = free_ports(1)

    with pytest.raises(Unavailable):
        await DiscoveredKeys(f"http://127.0.0.1:{nobody}").fetch()
