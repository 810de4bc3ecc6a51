"""Fixtures for notifications."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def service() -> str:
    """Which service's database and application the shared fixtures are about."""
    return "notifications"
