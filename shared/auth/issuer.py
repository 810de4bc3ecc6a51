"""The development issuer: real tokens from a key set in `.lantoa/issuer/`; not for production."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.once import write_once
from shared.settings import DEVELOPMENT_ISSUER, Settings, UnsafeSettings

ALGORITHM = "ES256"


class DevelopmentIssuer:
    """One key set for all processes of one `.lantoa`; a `KeySource` too."""

    def __init__(self, settings: Settings) -> None:
        """Raises UnsafeSettings outside development."""
        if settings.env != "development" or settings.auth_issuer != DEVELOPMENT_ISSUER:
            raise UnsafeSettings("Máy phát mã đăng nhập thử chỉ chạy khi LANTOA_ENV=development.")
        self.issuer, self.audience = settings.auth_issuer, settings.auth_audience
        self.client_id = settings.auth_client_id
        self.path = settings.home / "issuer" / "keys.json"

    def keys(self) -> KeySet:
        """The key set, made at the first use; of two processes at once both use the one that was first."""
        if not self.path.exists():
            write_once(self.path, _new_keys())
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


def _new_keys() -> str:
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": ALGORITHM})
    return json.dumps(KeySet([key]).as_dict(private=True))
