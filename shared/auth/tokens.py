"""OpenID Connect access tokens, checked against the keys their issuer publishes."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Annotated, Any, Protocol

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from shared.auth.issuer import DevelopmentIssuer
from shared.errors import NotSignedIn, Unavailable
from shared.settings import DEVELOPMENT_ISSUER, Settings

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519"]  # asymmetric only: `none` and HS256 are never accepted
# RFC 7515 section 4: header fields that are not understood are ignored (those in `crit` are not)
REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
LEEWAY_S = 30
KEYS_KEPT_S = 300
STALE_KEYS_KEPT_S = 86_400  # while the issuer does not answer
ASKED_AGAIN_AFTER_S = 10  # bad tokens or an issuer that is away must not make us ask at every request
FETCH_LIMIT_S = 2
TOKENS_KEPT, TOKEN_KEPT_CHARACTERS = 1024, 4096

log = structlog.get_logger()


class Claims(BaseModel):
    """What we use of a token; roles are never read from it."""

    model_config = ConfigDict(extra="ignore")

    iss: str
    sub: Annotated[str, Field(min_length=1)]
    aud: str | list[str]
    exp: FiniteFloat
    nbf: FiniteFloat | None = None
    name: str | None = None
    email: str | None = None
    scope: str | None = None


class Discovery(BaseModel):
    """What we use of an issuer's discovery document."""

    issuer: str
    jwks_uri: str


class Published(BaseModel):
    """An issuer's JWKS."""

    keys: list[dict[str, Any]]


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    async def fetch(self) -> KeySet:
        """Raises Unavailable when the issuer does not answer."""


class DiscoveredKeys:
    """The JWKS that the issuer's discovery document names (OpenID Connect Discovery 1.0, section 4)."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    async def fetch(self) -> KeySet:
        """Two requests, together within two seconds. Raises Unavailable."""
        try:
            async with asyncio.timeout(FETCH_LIMIT_S), httpx.AsyncClient() as client:
                address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                found = Discovery.model_validate_json(await _read(client, address))
                if found.issuer != self.issuer:
                    raise ValueError(f"the document is that of {found.issuer}")
                return _usable(Published.model_validate_json(await _read(client, found.jwks_uri)))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            log.warning("issuer does not answer", issuer=self.issuer, error=repr(error))
            raise Unavailable(part="identity") from error


async def _read(client: httpx.AsyncClient, url: str) -> bytes:
    return (await client.get(url)).raise_for_status().content


def _usable(published: Published) -> KeySet:
    """The keys this library understands; one of tomorrow's kind does no harm (RFC 7517 section 5)."""
    keys: list[Key] = []
    for key in published.keys:
        try:
            keys.append(JWKRegistry.import_key(key))
        except (JoseError, ValueError, KeyError) as error:
            log.info("issuer's key not understood", kid=key.get("kid"), error=repr(error))
    if not keys:
        raise ValueError("no key that is understood")
    return KeySet(keys)


class Verifier:
    """Keeps the issuer's keys for five minutes and checks tokens against them."""

    def __init__(
        self, keys: KeySource, *, issuer: str, audience: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.keys, self.issuer, self.audience, self._clock = keys, issuer, audience, clock
        self._kept: KeySet | None = None
        self._read: OrderedDict[str, Claims] = OrderedDict()  # signed with a key of `_kept`, the latest used last
        self._fetched_at = self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def verify(self, token: str) -> Claims:
        """Raises NotSignedIn, Unavailable."""
        used = await self._keys(older_than_s=KEYS_KEPT_S)
        try:
            return self._check(token, used)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            newer = await self._keys(older_than_s=ASKED_AGAIN_AFTER_S)  # perhaps they were rotated since
            if newer is used:
                raise NotSignedIn from error
        try:
            return self._check(token, newer)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotSignedIn from error

    def _check(self, token: str, keys: KeySet) -> Claims:
        claims = self._claims(token, keys)
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        moment = time.time()
        started = claims.nbf is None or claims.nbf <= moment + LEEWAY_S
        if claims.iss != self.issuer or self.audience not in audiences or not started:
            raise NotSignedIn
        if claims.exp <= moment - LEEWAY_S:
            raise NotSignedIn
        return claims

    def _claims(self, token: str, keys: KeySet) -> Claims:
        """A signature is looked at once as long as its issuer's keys are the same; times and names each time."""
        known = self._read.get(token)
        if known is not None and keys is self._kept:
            self._read.move_to_end(token)
            return known
        claims = Claims.model_validate(jwt.decode(token, keys, registry=REGISTRY).claims)
        if keys is self._kept and len(token) <= TOKEN_KEPT_CHARACTERS:
            self._read[token] = claims
            if len(self._read) > TOKENS_KEPT:
                self._read.popitem(last=False)
        return claims

    async def _keys(self, *, older_than_s: float) -> KeySet:
        """The keys kept, or newer ones if they are too old; one asks at a time. Raises Unavailable.

        Nobody waits whose keys are new enough: bad tokens make us ask, and must not hold up the good ones meanwhile.
        """
        if self._kept is not None and self._clock() - self._fetched_at <= older_than_s:
            return self._kept
        async with self._asking:
            moment = self._clock()
            if moment - self._fetched_at > older_than_s and moment - self._asked_at > ASKED_AGAIN_AFTER_S:
                await self._ask(moment)
            if self._kept is None or moment - self._fetched_at > STALE_KEYS_KEPT_S:
                raise Unavailable(part="identity")
            return self._kept

    async def _ask(self, moment: float) -> None:
        self._asked_at = moment
        try:
            self._kept = await self.keys.fetch()
            self._read.clear()
            self._fetched_at = moment
        except Unavailable:
            if self._kept is None:
                raise


def verifier_for(settings: Settings) -> Verifier:
    """The verifier of the issuer that the settings name."""
    issuer = settings.auth_issuer
    keys = DevelopmentIssuer(settings) if issuer == DEVELOPMENT_ISSUER else DiscoveredKeys(issuer)
    return Verifier(keys, issuer=issuer, audience=settings.auth_audience)
