"""The development issuer's one-time codes: signed, good for a minute, at one address, with one proof."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

from joserfc import jwt
from joserfc.errors import JoseError
from pydantic import BaseModel

from shared.auth.issuer import ALGORITHM, DevelopmentIssuer
from shared.auth.pkce import challenge_of

CODE_LIFETIME_S = 60


class Grant(BaseModel):
    """What a code stands for."""

    redirect_uri: str
    challenge: str
    subject: str
    name: str


class Code(BaseModel):
    """A code's claims. It names no issuer, so nobody takes it for a token."""

    id: str
    expires_at: float
    grant: Grant


class Codes:
    """Gives out codes and takes each once; this process remembers those taken while they would be good."""

    def __init__(self, issuer: DevelopmentIssuer, clock: Callable[[], float] = time.time) -> None:
        self._issuer, self._clock = issuer, clock
        self._taken: dict[str, float] = {}

    def give(self, grant: Grant) -> str:
        """A code for whoever has the verifier of the grant's challenge."""
        code = Code(id=secrets.token_urlsafe(16), expires_at=self._clock() + CODE_LIFETIME_S, grant=grant)
        key = self._issuer.keys().keys[0]
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, code.model_dump(), key, algorithms=[ALGORITHM])

    def take(self, sent: str, *, redirect_uri: str, verifier: str) -> Grant | None:
        """What it stands for, if all of it is right and this is its first time; a wrong attempt uses it up, too."""
        try:
            code = Code.model_validate(jwt.decode(sent, self._issuer.keys(), algorithms=[ALGORITHM]).claims)
        except (JoseError, ValueError, TypeError, KeyError):
            return None
        moment = self._clock()
        self._taken = {id: until for id, until in self._taken.items() if until > moment}
        if code.expires_at <= moment or code.id in self._taken:
            return None
        self._taken[code.id] = code.expires_at
        proved = hmac.compare_digest(challenge_of(verifier), code.grant.challenge)
        return code.grant if proved and redirect_uri == code.grant.redirect_uri else None
