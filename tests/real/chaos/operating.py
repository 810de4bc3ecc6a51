"""What an operator does: the variables his commands are given, and the commands."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
LIMIT_S = 240.0


def told(settings: Settings) -> dict[str, str]:
    """The variables of an operator's command, by no proxy."""
    return {
        "LANTOA_ENV": settings.env,
        "LANTOA_HOME": str(settings.home.resolve()),
        "LANTOA_DATABASE_URL": settings.database_url or "",
        "LANTOA_BUS_URL": settings.bus_url,
        "LANTOA_FILES_URL": settings.files_url or "",
        "LANTOA_AUTH_ISSUER": settings.auth_issuer,
        "LANTOA_PUBLIC_URL": settings.public_url or "",
        "LANTOA_SMTP_URL": settings.smtp_url or "",
        "LANTOA_SECRET_KEY": settings.secret_key or "",
        "LANTOA_ALLOW_PRIVATE_WEBHOOKS": str(settings.allow_private_webhooks),
        "PYTHONPATH": str(ROOT),
    }


async def operator(settings: Settings, *words: str) -> None:
    """`lantoa` as an operator types it. Raises RuntimeError with what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services", *words),
        env={**os.environ, **told(settings)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), LIMIT_S)
    if process.returncode:
        raise RuntimeError(output.decode())
