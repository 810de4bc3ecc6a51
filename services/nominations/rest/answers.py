"""What several paths answer: a nomination with its ETag, and the refusals as OpenAPI describes them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response

from services.nominations import queries
from services.nominations.actions import draft, plan, story
from services.nominations.models import Nomination
from services.nominations.permissions import ConflictDeclared, OwnNomination
from services.nominations.schemas.given import NominationView
from shared.auth import Actor, SignedIn
from shared.conditional import give
from shared.db import Session
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


async def _acting(session: Session, actor: SignedIn) -> Actor:
    return await queries.with_lineage(session, actor)


Acting = Annotated[Actor, Depends(_acting)]  # who is signed in, also for the bodies whose heir his own is


def shown(response: Response, nomination: Nomination) -> NominationView:
    """The nomination as it now stands, with the version that the next step must name."""
    give(response, nomination)
    return NominationView.of(nomination)
