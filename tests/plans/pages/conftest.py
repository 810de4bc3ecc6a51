"""The plan officer's desk of the readings, and what its pages show to who reads them."""

from __future__ import annotations

from tests.plans.confirming.conftest import desk

__all__ = ["desk"]
