"""The code flow with the issuer of the settings: its two addresses, the way there, and the exchange of a code."""

from __future__ import annotations

from urllib.parse import quote_plus

import httpx
import structlog
from pydantic import BaseModel, HttpUrl

from shared.auth.browser.cookies import Attempt
from shared.auth.discovery import Asked, Discovery, asking, discovered
from shared.auth.pkce import challenge_of
from shared.errors import AppError
from shared.settings import DEVELOPMENT_ISSUER, Settings

log = structlog.get_logger()


class SignInFailed(AppError):
    """This attempt leads nowhere: too old, begun in another browser, used already, or refused by the issuer."""

    status, code = 400, "sign-in-failed"


class Endpoints(Discovery):
    """What signing in needs of the discovery document."""

    authorization_endpoint: HttpUrl
    token_endpoint: HttpUrl
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]  # where nothing is said


class Issued(BaseModel):
    """RFC 6749 section 5.1."""

    access_token: str
    token_type: str


class Flow:
    """One client at one issuer. No nonce: no ID token is used, and PKCE ties the code to this browser."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._endpoints = Asked(self._discover)

    async def way(self, attempt: Attempt, callback: str) -> str:
        """Where the browser goes to be asked who is there. Raises Unavailable."""
        endpoints = await self._endpoints.get()
        asked = {
            "response_type": "code",
            "client_id": self.settings.auth_client_id,
            "redirect_uri": callback,
            "scope": "openid",
            "state": attempt.state,
            "code_challenge": challenge_of(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(str(endpoints.authorization_endpoint)).copy_merge_params(asked))

    async def token(self, code: str, attempt: Attempt, callback: str) -> str:
        """The access token for a code. Raises SignInFailed, Unavailable."""
        endpoints = await self._endpoints.get()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": attempt.verifier,
        }
        proof, login = self._proof(endpoints)
        async with asking(self.settings.auth_issuer) as client:
            answer = await client.post(str(endpoints.token_endpoint), data={**sent, **proof}, auth=login)
            if 400 <= answer.status_code < 500:
                log.warning("issuer refuses a code", status=answer.status_code, answer=answer.text[:200])
                raise SignInFailed
            issued = Issued.model_validate_json(answer.raise_for_status().content)
        if issued.token_type.lower() != "bearer":
            raise SignInFailed
        return issued.access_token

    def _proof(self, endpoints: Endpoints) -> tuple[dict[str, str], httpx.Auth]:
        """Who we are, in the body or as a login (RFC 6749 section 2.3.1)."""
        name, secret = self.settings.auth_client_id, self.settings.auth_client_secret
        ways = endpoints.token_endpoint_auth_methods_supported
        if secret and "client_secret_basic" in ways:
            return {}, httpx.BasicAuth(quote_plus(name), quote_plus(secret))
        if secret and "client_secret_post" in ways:
            return {"client_id": name, "client_secret": secret}, httpx.Auth()
        return {"client_id": name}, httpx.Auth()  # which adds nothing

    async def _discover(self) -> Endpoints:
        issuer = self.settings.auth_issuer
        at = f"{self.settings.base_url}/issuer" if issuer == DEVELOPMENT_ISSUER else None
        async with asking(issuer) as client:
            return await discovered(client, Endpoints, issuer=issuer, at=at)
