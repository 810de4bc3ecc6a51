"""OpenID Connect access tokens, checked against the keys their issuer publishes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Annotated, Any, Protocol

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from shared.auth.discovery import ASKED_AGAIN_AFTER_S, Asked, Discovery, asking, discovered
from shared.auth.issuer import DevelopmentIssuer
from shared.errors import NotSignedIn
from shared.settings import DEVELOPMENT_ISSUER, Settings

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519"]  # asymmetric only: `none` and HS256 are never accepted
# RFC 7515 section 4: header fields that are not understood are ignored (those in `crit` are not)
REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
LEEWAY_S = 30
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
        async with asking(self.issuer) as client:
            found = await discovered(client, Discovery, issuer=self.issuer)
            answer = (await client.get(found.jwks_uri)).raise_for_status()
            return _usable(Published.model_validate_json(answer.content))


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
        self.issuer, self.audience = issuer, audience
        self._keys = Asked(keys.fetch, clock)
        self._read: OrderedDict[str, Claims] = OrderedDict()  # signed with a key of `_used`, the latest used last
        self._used: KeySet | None = None

    async def verify(self, token: str) -> Claims:
        """Raises NotSignedIn, Unavailable."""
        used = await self._keys.get()
        try:
            return self._check(token, used)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            newer = await self._keys.get(older_than_s=ASKED_AGAIN_AFTER_S)  # perhaps they were rotated since
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
        if keys is not self._used:
            self._read.clear()
            self._used = keys
        known = self._read.get(token)
        if known is not None:
            self._read.move_to_end(token)
            return known
        claims = Claims.model_validate(jwt.decode(token, keys, registry=REGISTRY).claims)
        if len(token) <= TOKEN_KEPT_CHARACTERS:
            self._read[token] = claims
            if len(self._read) > TOKENS_KEPT:
                self._read.popitem(last=False)
        return claims


def verifier_for(settings: Settings) -> Verifier:
    """The verifier of the issuer that the settings name."""
    issuer = settings.auth_issuer
    keys = DevelopmentIssuer(settings) if issuer == DEVELOPMENT_ISSUER else DiscoveredKeys(issuer)
    return Verifier(keys, issuer=issuer, audience=settings.auth_audience)
