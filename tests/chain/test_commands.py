"""What an operator types at night, as it is typed."""

from __future__ import annotations

import subprocess
import sys
from uuid import uuid4

from services.serving import SERVICES, Servers


def typed(product: Servers, *arguments: str) -> tuple[int, str]:
    """Exit code and what is said on stderr."""
    urls = {f"LANTOA_{name.upper()}_DATABASE_URL": product.database_url(name) for name in SERVICES}
    server = product.postgres.render_as_string(hide_password=False)
    told = {"LANTOA_DATABASE_URL": server, "LANTOA_HOME": str(product.settings.home), "COLUMNS": "300", **urls}
    done = subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        env=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.strip()


async def test_trying_again_what_does_not_wait_says_so(product: Servers) -> None:
    key = str(uuid4())

    code, said = typed(product, "events", "retry", "plans", "nominations", key)

    sentence = f"✗ Không có gì của nominations {key} phải chờ ở plans; xem «lantoa events parked plans»."
    assert (code, said) == (1, sentence)
