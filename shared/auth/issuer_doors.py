"""The development issuer's doors under `/issuer`: its documents, a page that asks who one is, and its tokens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel

from shared.auth.codes import Codes, Grant
from shared.auth.issuer import ALGORITHM, DevelopmentIssuer
from shared.auth.paper import HEADERS, page
from shared.auth.pkce import CHALLENGE

TOKEN_LIFETIME_S = 3600
UNKNOWN = "Trang này chỉ mở từ nút đăng nhập của hệ thống: máy khách hoặc địa chỉ trở về không đúng với thiết lập."


class Authorization(BaseModel):
    """RFC 6749 section 4.1.1 with RFC 7636 section 4.3; what is missing is empty, and judged here."""

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    def fault(self) -> str | None:
        """The error code of RFC 6749 section 4.1.2.1."""
        if self.response_type != "code":
            return "unsupported_response_type"
        proof = self.code_challenge_method == "S256" and CHALLENGE.fullmatch(self.code_challenge)
        return None if proof else "invalid_request"

    def grant(self, subject: str, name: str) -> Grant:
        """What a code for this person stands for."""
        return Grant(redirect_uri=self.redirect_uri, challenge=self.code_challenge, subject=subject, name=name)

    def back(self, **told: str) -> Response:
        """To where the client waits."""
        query = urlencode({**told, **({"state": self.state} if self.state else {})})
        return RedirectResponse(f"{self.redirect_uri}?{query}", 303, HEADERS)


class TokenRequest(BaseModel):
    """RFC 6749 section 4.1.3 with RFC 7636 section 4.5."""

    grant_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    code: str = ""
    code_verifier: str = ""


Asked = Annotated[Authorization, Query()]
Typed = Annotated[str, Form(max_length=200)]


def issuer_router(issuer: DevelopmentIssuer, base_url: str, *, clock: Callable[[], float] = time.time) -> APIRouter:
    """The doors of an issuer whose clients wait at `base_url`."""
    router = APIRouter(prefix="/issuer", tags=["issuer"])
    codes = Codes(issuer, clock)

    @router.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, Any]:
        return _document(issuer.issuer, f"{base_url}/issuer")

    @router.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return {**issuer.keys().as_dict(private=False)}

    @router.get("/authorize")
    async def ask(asked: Asked) -> Response:
        return _refused(asked, issuer.client_id, base_url) or page("authorize.html")

    @router.post("/authorize")
    async def believe(asked: Asked, subject: Typed = "", name: Typed = "") -> Response:
        refused = _refused(asked, issuer.client_id, base_url)
        if refused is not None or not subject.strip():
            return refused or page("authorize.html", 422)
        return asked.back(code=codes.give(asked.grant(subject.strip(), name.strip())))

    @router.post("/token")
    async def token(sent: Annotated[TokenRequest, Form()]) -> Response:
        if sent.grant_type != "authorization_code":
            return _told(400, {"error": "unsupported_grant_type" if sent.grant_type else "invalid_request"})
        if sent.client_id != issuer.client_id:
            return _told(401, {"error": "invalid_client"})
        grant = codes.take(sent.code, redirect_uri=sent.redirect_uri, verifier=sent.code_verifier)
        if grant is None:
            return _told(400, {"error": "invalid_grant"})
        minted = issuer.mint(grant.subject, name=grant.name, lifetime_s=TOKEN_LIFETIME_S)
        return _told(200, {"access_token": minted, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME_S})

    return router


def _refused(asked: Authorization, client_id: str, base_url: str) -> Response | None:
    """Nobody is sent to an address that is not ours, not even with an error (RFC 6749 section 4.1.2.1)."""
    ours = re.fullmatch(rf"{re.escape(base_url)}(/[a-z]+)?/sign-in/callback", asked.redirect_uri)
    if asked.client_id != client_id or not ours:
        return page("problem.html", 400, title="Không đăng nhập thử được", detail=UNKNOWN, again=None)
    fault = asked.fault()
    return asked.back(error=fault) if fault else None


def _document(issuer: str, at: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "jwks_uri": f"{at}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "subject_types_supported": ["public"],
    }


def _told(status: int, content: dict[str, str | int]) -> Response:
    return JSONResponse(content, status, {"cache-control": "no-store"})
