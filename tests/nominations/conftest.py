"""Fixtures for nominations."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Role
from tests.nominations.door import Door, Headers
from tests.nominations.factories import ladder, office


@pytest.fixture(scope="session")
def service() -> str:
    """Which service's database and application the shared fixtures are about."""
    return "nominations"


@pytest.fixture
async def door(
    session: AsyncSession, client: httpx.AsyncClient, bearer: Headers, person: Callable[[str], UUID]
) -> Door:
    """Three bodies with their people in the directory."""
    bodies = await ladder(session)
    for who, role, body in [
        ("mai", Role.NOMINATOR, bodies.unit),
        ("an", Role.APPROVER, bodies.first),
        ("duc", Role.APPROVER, bodies.second),
        ("kiem", Role.AUDITOR, bodies.second),
    ]:
        await office(session, person(who), role, body)
    await session.commit()
    return Door(client, bearer, bodies.unit)
