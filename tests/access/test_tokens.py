"""Tokens at the verifier and at the doors, beyond those in `tests/shared/test_tokens.py`."""

from __future__ import annotations

import asyncio
import time
from base64 import urlsafe_b64encode as encoded
from collections.abc import Callable

import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from services.serving import SERVICES
from shared.auth.discovery import ASKED_AGAIN_AFTER_S, KEYS_KEPT_S
from shared.auth.tokens import Verifier
from shared.errors import NotSignedIn
from tests.access.cases import CASES
from tests.access.cells import cells
from tests.access.conftest import World
from tests.access.table import TABLE

ISSUER = "https://issuer.example"
KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
OTHER = ECKey.generate_key("P-256", {"kid": "two", "use": "sig", "alg": "ES256"})
BIG = RSAKey.generate_key(2048, {"kid": "one"})


class Source:
    """The keys an issuer gives out, how slowly, and how often it was asked."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys, self.asked = KeySet([*keys]), 0
        self.slow = asyncio.Event()
        self.slow.set()

    async def fetch(self) -> KeySet:
        """As a `KeySource`."""
        self.asked += 1
        await self.slow.wait()
        return self.keys


class Clock:
    """Seconds that pass when the test says so."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def token(key: ECKey | RSAKey = KEY, alg: str = "ES256", **header: object) -> str:
    claims = {"iss": ISSUER, "sub": "mai", "aud": "lantoa", "exp": int(time.time()) + 60}
    return jwt.encode({"alg": alg, "kid": key.kid, **header}, claims, key, algorithms=[alg])


def named(subject: str) -> str:
    claims = {"iss": ISSUER, "sub": subject, "aud": "lantoa", "exp": int(time.time()) + 60}
    return jwt.encode({"alg": "ES256", "kid": "one"}, claims, KEY, algorithms=["ES256"])


WRONG: dict[str, Callable[[], str]] = {
    "of nobody": lambda: named(""),
    "of another family of keys under a known name": lambda: token(BIG, "RS256"),
    "of absurd size": lambda: named("a" * 3_000_000)[:-20],
    "of a thousand parts": lambda: ".".join(["e30"] * 1000),
    "of six parts": lambda: f"{token()}.{token()}",
    "with a foreign signature": lambda: f"{token().rpartition('.')[0]}.{token(OTHER).rpartition('.')[2]}",
}


@pytest.mark.parametrize("why", WRONG)
async def test_a_token_is_refused_that_is(why: str) -> None:
    verifier = Verifier(Source(KEY), issuer=ISSUER, audience="lantoa")

    with pytest.raises(NotSignedIn):
        await verifier.verify(WRONG[why]())


async def test_what_a_token_declares_critical_and_we_do_not_know_refuses_it() -> None:
    verifier = Verifier(Source(KEY), issuer=ISSUER, audience="lantoa")
    assert (await verifier.verify(token())).sub == "mai"

    with pytest.raises(NotSignedIn):
        await verifier.verify(critical())


def critical() -> str:
    """Properly signed, with `crit` naming what nobody understands."""

    def part(raw: bytes) -> bytes:
        return encoded(raw).rstrip(b"=")

    claims = {"iss": ISSUER, "sub": "mai", "aud": "lantoa", "exp": int(time.time()) + 60}
    head = {"alg": "ES256", "kid": "one", "crit": ["urn:x"], "urn:x": True}
    body = part(orjson.dumps(head)) + b"." + part(orjson.dumps(claims))
    assert KEY.private_key is not None
    r, s = decode_dss_signature(KEY.private_key.sign(body, ECDSA(hashes.SHA256())))
    return (body + b"." + part(r.to_bytes(32, "big") + s.to_bytes(32, "big"))).decode()


async def test_random_key_names_ask_the_issuer_once_in_ten_seconds() -> None:
    source, clock = Source(KEY), Clock()
    verifier = Verifier(source, issuer=ISSUER, audience="lantoa", clock=clock)
    await verifier.verify(token())

    for second in range(40):
        clock.seconds += 1
        for number in range(5):
            with pytest.raises(NotSignedIn):
                await verifier.verify(token(OTHER, kid=f"{second}-{number}"))

    assert source.asked <= 1 + 40 / ASKED_AGAIN_AFTER_S


async def test_while_bad_tokens_make_us_ask_a_slow_issuer_good_ones_do_not_wait() -> None:
    source, clock = Source(KEY), Clock()
    verifier = Verifier(source, issuer=ISSUER, audience="lantoa", clock=clock)
    await verifier.verify(token())
    clock.seconds += ASKED_AGAIN_AFTER_S + 1
    source.slow.clear()

    bad = asyncio.create_task(verifier.verify(token(OTHER)))
    while source.asked < 2:
        await asyncio.sleep(0)
    good = await asyncio.wait_for(verifier.verify(token()), 0.5)
    source.slow.set()

    assert good.sub == "mai"
    with pytest.raises(NotSignedIn):
        await bad


async def test_a_key_that_was_replaced_is_refused_within_five_minutes_and_the_new_one_works_without_a_restart() -> None:
    source, clock = Source(KEY), Clock()
    verifier = Verifier(source, issuer=ISSUER, audience="lantoa", clock=clock)
    await verifier.verify(token())
    source.keys = KeySet([OTHER])

    clock.seconds += ASKED_AGAIN_AFTER_S + 1
    assert (await verifier.verify(token(OTHER))).sub == "mai"
    with pytest.raises(NotSignedIn):
        await verifier.verify(token())
    clock.seconds += KEYS_KEPT_S
    with pytest.raises(NotSignedIn):
        await verifier.verify(token())


@pytest.mark.xdist_group("access")
@pytest.mark.parametrize("service", SERVICES)
async def test_who_comes_with_a_bad_token_is_nobody_at_every_door_that_looks_at_one(world: World, service: str) -> None:
    faults = []
    closed = [row for row in TABLE if row.service == service and row.expected("nobody") == "401"]

    async with cells(world, service) as (_, asked):
        before = await asked.kept()
        asked.tokens |= {
            "expired": world.issuer.mint("approver@own", lifetime_s=-31),
            "for another": world.issuer.mint("approver@own", audience="portal"),
            "forged": f"{world.issuer.mint('approver@own')[:-6]}AAAAAA",
        }
        for row in closed:
            for who in ("expired", "for another", "forged"):
                answer = await asked.ask(row, CASES[row.name], who, '"1"')
                if answer.status_code != 401:
                    faults.append(f"{row.name}: {who}: {answer.status_code} {answer.text[:100]}")
        after = await asked.kept()

    assert (faults, after == before) == ([], True)
