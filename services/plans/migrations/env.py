"""Alembic's entry for this service; the body is shared."""

from services.plans.models import Base
from shared.migrations import run

run(Base.metadata)
