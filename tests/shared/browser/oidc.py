"""An OpenID Connect issuer on a port of its own, with RS256 keys and a confidential client: what we are not used to."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus, urlencode

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.native.servers import free_ports
from shared.auth.pkce import challenge_of

KEY = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"})
CLIENT, SECRET = "lan tỏa", "a secret: with / signs"


@dataclass
class Issuer:
    """What it does with the next request."""

    url: str
    audience: str = "lantoa"
    lifetime_s: int = 900
    groups: int = 0
    delay_s: float = 0
    away: bool = False
    way: str = "client_secret_basic"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def answer(self, request: Request) -> Response:
        """Each address by its last word."""
        await asyncio.sleep(self.delay_s)
        if self.away:
            return Response(status_code=503)
        match request.url.path.rpartition("/")[2]:
            case "openid-configuration":
                return JSONResponse(self._document())
            case "keys":
                return JSONResponse({"keys": [KEY.as_dict(private=False)]})
            case "authorize":
                return self._authorize(dict(request.query_params))
            case _:
                return await self._token(request)

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
            "authorization_endpoint": f"{self.url}/authorize?tenant=one",
            "token_endpoint": f"{self.url}/token",
            "token_endpoint_auth_methods_supported": [self.way],
        }

    def _authorize(self, asked: dict[str, str]) -> Response:
        assert (asked["response_type"], asked["tenant"], asked["client_id"]) == ("code", "one", CLIENT)
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        told = {"code": code, "state": asked["state"], "iss": self.url}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", 302)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        if self._login(request, {name: str(value) for name, value in form.items()}) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if challenge_of(str(form["code_verifier"])) != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": self.token(), "token_type": "bearer", "id_token": "not.looked.at"})

    def _login(self, request: Request, form: dict[str, str]) -> tuple[str, str]:
        if self.way == "client_secret_post":
            return form["client_id"], form["client_secret"]
        said = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        name, _, secret = said.partition(":")
        return unquote_plus(name), unquote_plus(secret)

    def token(self) -> str:
        """For Mai, as large as her groups make it."""
        moment = int(time.time())
        claims = {"iss": self.url, "sub": "mai", "name": "Mai", "aud": self.audience, "exp": moment + self.lifetime_s}
        claims["groups"] = [secrets.token_hex(8) for _ in range(self.groups)]
        return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, KEY, algorithms=["RS256"])


@asynccontextmanager
async def standing(app: Any, port: int) -> AsyncIterator[None]:
    """The application on this port for as long as the block lasts."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuer]:
    """The issuer, listening."""
    (port,) = free_ports(1)
    issuer = Issuer(f"http://127.0.0.1:{port}/realms/lantoa")
    app = FastAPI()
    app.add_api_route("/{path:path}", issuer.answer, methods=["GET", "POST"])
    async with standing(app, port):
        yield issuer
