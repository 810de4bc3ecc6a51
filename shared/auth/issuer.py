"""The development issuer: real tokens from a key set in `.lantoa/issuer/`; not for production."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.settings import DEVELOPMENT_ISSUER, Settings, UnsafeSettings

ALGORITHM = "ES256"


class DevelopmentIssuer:
    """One key set for all processes of one `.lantoa`; a `KeySource` too."""

    def __init__(self, settings: Settings) -> None:
        """Raises UnsafeSettings outside development."""
        if settings.env != "development" or settings.auth_issuer != DEVELOPMENT_ISSUER:
            raise UnsafeSettings("Máy phát mã đăng nhập thử chỉ chạy khi LANTOA_ENV=development.")
        self.issuer, self.audience = settings.auth_issuer, settings.auth_audience
        self.path = settings.home / "issuer" / "keys.json"

    def keys(self) -> KeySet:
        """The key set, made at the first use; of two processes at once both use the one that was first."""
        if not self.path.exists():
            _create(self.path)
        return KeySet.import_key_set(json.loads(self.path.read_text("utf-8")))

    async def fetch(self) -> KeySet:
        """As a `KeySource`: from the file, no network."""
        return await asyncio.to_thread(self.keys)

    def mint(
        self,
        subject: str,
        *,
        name: str | None = None,
        scope: str | None = None,
        lifetime_s: int = 3600,
        audience: str | None = None,
    ) -> str:
        """A token for `subject`; with a `scope` it is that of a system."""
        key = self.keys().keys[0]
        moment = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": subject,
            "aud": audience or self.audience,
            "iat": moment,
            "exp": moment + lifetime_s,
            "name": name or subject,
        }
        if scope:
            claims["scope"] = scope
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": ALGORITHM})
    content = json.dumps(KeySet([key]).as_dict(private=True))
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    try:
        os.link(draft, path)  # unlike a rename it never replaces keys that another process has just made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def issuer_router(issuer: DevelopmentIssuer, base_url: str) -> APIRouter:
    """The two public documents of an OpenID Connect issuer, under `/issuer`."""
    router = APIRouter(prefix="/issuer", tags=["issuer"])

    @router.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, Any]:
        return {
            "issuer": issuer.issuer,
            "jwks_uri": f"{base_url}/issuer/jwks",
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    @router.get("/jwks")
    def jwks() -> dict[str, Any]:
        return {**issuer.keys().as_dict(private=False)}

    return router
