"""The HTML door: plain Vietnamese pages for an organisation without a portal of its own, made of packaged parts."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/p", include_in_schema=False)
