"""Proof Key for Code Exchange (RFC 7636): only who began a sign-in can end it."""

from __future__ import annotations

import base64
import hashlib
import re

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # what SHA-256 gives


def challenge_of(verifier: str) -> str:
    """S256 (section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
