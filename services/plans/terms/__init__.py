"""What a plan says, as one immutable value: stored whole with each version, read by the rules, given by the REST door.

The words are those of the reading format (documentation, `reading`). A rotation's entry for a quarter is an obligation
of kind `rotation` with that `quarter`.
"""

from services.plans.terms.obligation import Bearers, Deadline, Obligation, check_quantities
from services.plans.terms.parts import Cited, Parent, PlanPeriod, Subjects, Wave, check_order
from services.plans.terms.plan import PlanTerms
from services.plans.terms.words import (
    COUNTED,
    DUTY_CADENCES,
    PERIODIC,
    Cadence,
    EdgeType,
    Kind,
    PartialDate,
    Short,
    Value,
)

__all__ = [
    "COUNTED",
    "DUTY_CADENCES",
    "PERIODIC",
    "Bearers",
    "Cadence",
    "Cited",
    "Deadline",
    "EdgeType",
    "Kind",
    "Obligation",
    "Parent",
    "PartialDate",
    "PlanPeriod",
    "PlanTerms",
    "Short",
    "Subjects",
    "Value",
    "Wave",
    "check_order",
    "check_quantities",
]
