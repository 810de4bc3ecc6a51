"""Secrets: made, kept sealed in the database under the settings' keys, and the codes that confirm an address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from shared import sealing

PURPOSE = "webhook secrets"


def new_secret() -> str:
    """A signing secret as Standard Webhooks 1.0.0 writes it: 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str, keys: Sequence[str]) -> str:
    """Sealed under the first key."""
    return sealing.seal(secret, keys, purpose=PURPOSE)


def unseal(sealed: str, keys: Sequence[str]) -> str | None:
    """Opened with whichever key fits; None when none does."""
    return sealing.unseal(sealed, keys, purpose=PURPOSE)


def confirmation_code(key: str, *about: object) -> str:
    """Ten letters only someone with the key can make for these values: 50 bits, too many to try over the network."""
    said = "\0".join(["lantoa contact", *map(str, about)]).encode()
    code = base64.b32encode(hmac.new(key.encode(), said, hashlib.sha256).digest()).decode()[:10]
    return f"{code[:5]}-{code[5:]}"
