"""A secret file that several processes may want to make at once: the first one's content is everybody's."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_once(path: Path, content: str) -> None:
    """Only its owner reads it, from the first moment; there is never half of it. Harmless when it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename it never replaces what another process has just made
    finally:
        draft.unlink()
