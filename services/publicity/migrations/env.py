"""Alembic's entry for this service; the body is shared."""

from services.publicity.models import Base
from shared.migrations import run

run(Base.metadata)
