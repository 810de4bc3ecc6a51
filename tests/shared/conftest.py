"""Fixtures for the kernel: a database with the shared tables only."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def service() -> str:
    """Which database the shared fixtures are about."""
    return "shared"
