"""The refusals that several paths share, as OpenAPI describes them."""

from __future__ import annotations

from services.nominations.actions import draft, plan, story
from services.nominations.permissions import ConflictDeclared, OwnNomination
from shared.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    NotKnownYet,
    NotSignedIn,
    PreconditionFailed,
    PreconditionRequired,
    StepNotPossible,
)
from shared.files import actions as filing
from shared.idempotency import BadKey, KeyUsedDifferently, StillInFlight

READING = (NotSignedIn, NotFound)
WRITING = (NotSignedIn, NotAllowed, NotFound, Invalid, BadKey, KeyUsedDifferently, StillInFlight)
CHANGING = (*WRITING, PreconditionRequired, PreconditionFailed, StepNotPossible)
DECIDING = (*CHANGING, OwnNomination, ConflictDeclared)
ATTACHING = (filing.FileNotFound, filing.FileNotCompleted, filing.FileAttachedElsewhere)
PLANNED = (
    NotKnownYet,
    plan.PlanNoLongerBinds,
    plan.ObligationTakesNone,
    plan.PeriodDoesNotFit,
    plan.PeriodNotNamed,
    plan.SubjectTypeNotAsked,
)
DRAFTING = (
    *CHANGING,
    *ATTACHING,
    *PLANNED,
    story.NotAPicture,
    draft.FieldFixed,
    draft.OrganisationEnded,
)
