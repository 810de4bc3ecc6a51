"""Alembic's entry for the shared tables alone: the kernel's own tests need no service."""

from sqlalchemy import MetaData

from shared.migrations import run

run(MetaData())
