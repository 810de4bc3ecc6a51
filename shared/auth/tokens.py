"""OpenID Connect access tokens: signature, issuer, audience and times are checked against the issuer's published keys."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.auth.issuer import DevelopmentIssuer
from shared.errors import NotSignedIn, Unavailable
from shared.settings import DEVELOPMENT_ISSUER, Settings

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519"]  # asymmetric only: `none` and HS256 are never accepted
LEEWAY_S = 30
KEYS_KEPT_S = 300
REFETCH_AFTER_S = 10  # an unknown key id asks the issuer again, but not at every request


class Claims(BaseModel):
    """What we use of a token; roles are never read from it."""

    model_config = ConfigDict(extra="ignore")

    iss: str
    sub: str
    aud: str | list[str]
    exp: int
    nbf: int | None = None
    name: str | None = None
    email: str | None = None
    scope: str | None = None


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    async def fetch(self) -> KeySet:
        """Raises Unavailable when the issuer does not answer."""


class DiscoveredKeys:
    """The JWKS that the issuer's discovery document names (OpenID Connect Discovery 1.0, section 4)."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    async def fetch(self) -> KeySet:
        """Two requests, each within two seconds."""
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                found = await client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                keys = await client.get(found.raise_for_status().json()["jwks_uri"])
                return KeySet.import_key_set(keys.raise_for_status().json())
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise Unavailable(part="identity") from error


class Verifier:
    """Keeps the issuer's keys for five minutes and checks tokens against them."""

    def __init__(self, keys: KeySource, *, issuer: str, audience: str) -> None:
        self.keys, self.issuer, self.audience = keys, issuer, audience
        self._kept: KeySet | None = None
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def verify(self, token: str) -> Claims:
        """Raises NotSignedIn, Unavailable."""
        try:
            return self._check(token, await self._keyset(KEYS_KEPT_S))
        except (JoseError, ValueError):
            pass
        try:  # perhaps the keys were rotated since
            return self._check(token, await self._keyset(REFETCH_AFTER_S))
        except (JoseError, ValueError, ValidationError) as error:
            raise NotSignedIn from error

    def _check(self, token: str, keys: KeySet) -> Claims:
        claims = Claims.model_validate(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        moment = time.time()
        started = claims.nbf is None or claims.nbf <= moment + LEEWAY_S
        if claims.iss != self.issuer or self.audience not in audiences or not started:
            raise NotSignedIn
        if claims.exp <= moment - LEEWAY_S:
            raise NotSignedIn
        return claims

    async def _keyset(self, kept_for_s: float) -> KeySet:
        async with self._fetching:
            if self._kept is None or time.monotonic() - self._fetched_at > kept_for_s:
                self._kept = await self.keys.fetch()
                self._fetched_at = time.monotonic()
            return self._kept


def verifier_for(settings: Settings) -> Verifier:
    """The verifier of the issuer that the settings name; the development issuer's keys are read from its file."""
    issuer = settings.auth_issuer
    keys = DevelopmentIssuer(settings) if issuer == DEVELOPMENT_ISSUER else DiscoveredKeys(issuer)
    return Verifier(keys, issuer=issuer, audience=settings.auth_audience)
