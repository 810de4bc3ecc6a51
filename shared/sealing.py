"""Text sealed under the settings' keys, for our own eyes: with the first key, opened with whichever fits."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def box(keys: Sequence[str], *, purpose: str) -> MultiFernet:
    """What is sealed for one purpose opens for no other."""

    def derived(key: str) -> Fernet:
        digest = hashlib.sha256(f"lantoa {purpose}\0{key}".encode()).digest()
        return Fernet(base64.urlsafe_b64encode(digest))

    return MultiFernet([derived(key) for key in keys])


def seal(text: str, keys: Sequence[str], *, purpose: str) -> str:
    """Letters, digits, `-`, `_` and `=` only; a third longer than the text, and some eighty letters."""
    return box(keys, purpose=purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, keys: Sequence[str], *, purpose: str, lifetime_s: int | None = None) -> str | None:
    """None where no key fits, or it was sealed longer ago than this."""
    try:
        return box(keys, purpose=purpose).decrypt(sealed.encode(), ttl=lifetime_s).decode()
    except InvalidToken:
        return None
