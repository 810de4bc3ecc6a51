"""Every service's migrations make exactly the tables of its models, and there is one head a branch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from services.serving import SERVICES
from shared.db import Base, Database
from shared.migrations import configuration


@pytest.mark.parametrize("service", SERVICES)
async def test_migrated_tables_are_those_of_the_models(
    service: str, pools: Callable[[str], Awaitable[Database]]
) -> None:
    database = await pools(service)
    own = import_module(f"services.{service}.models").Base.metadata

    def differences(connection: Connection) -> list[object]:
        migrations = MigrationContext.configure(connection, opts={"target_metadata": [Base.metadata, own]})
        return list(compare_metadata(migrations, [Base.metadata, own]))  # type: ignore[arg-type]

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("service", SERVICES)
def test_there_is_one_head_for_the_service_and_one_for_what_is_shared(service: str) -> None:
    script = ScriptDirectory.from_config(configuration(service))

    heads = [script.get_revision(head) for head in script.get_heads()]
    assert sorted(label for head in heads for label in head.branch_labels) == sorted(["shared", service])
