"""What the outside world is to one service in one process."""

from __future__ import annotations

from dataclasses import dataclass

from shared.auth.tokens import Verifier
from shared.bus import Bus
from shared.db import Database
from shared.files.store import Store
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """Built in `services.serving` and in tests, and handed to `app.create`; importing a module needs none of it."""

    settings: Settings
    database: Database
    bus: Bus
    store: Store
    verifier: Verifier
