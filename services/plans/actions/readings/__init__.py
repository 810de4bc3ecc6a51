"""A document on its way to a plan: read, decided on leaf by leaf, issued; or discarded."""

from services.plans.actions.readings.changing import discard_reading
from services.plans.actions.readings.deciding import LeafUnknown, NothingRead, decide
from services.plans.actions.readings.issuing import LeafNotLinked, NotConfirmed, PlanChangedMeanwhile, issue_reading
from services.plans.actions.readings.reading import Document, ReadingIdTaken, read_document

__all__ = [
    "Document",
    "LeafNotLinked",
    "LeafUnknown",
    "NotConfirmed",
    "NothingRead",
    "PlanChangedMeanwhile",
    "ReadingIdTaken",
    "decide",
    "discard_reading",
    "issue_reading",
    "read_document",
]
