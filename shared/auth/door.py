"""The dependencies by which a door learns who is there."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.actor import Actor, HeldOffice, Role, person_id
from shared.auth.tokens import Claims, Verifier
from shared.clock import today
from shared.db import Session, remembered
from shared.directory.queries import offices_of
from shared.errors import NotSignedIn

bearer = HTTPBearer(auto_error=False, description="OpenID Connect access token (JWT)")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


SYSTEM_SCOPES = frozenset({"publications", "operations"})
ROLES = {role.value: role for role in Role}


def is_system(claims: Claims) -> bool:
    """Whether another system is there, and no person."""
    return not SYSTEM_SCOPES.isdisjoint((claims.scope or "").split())


async def actor_of(session: AsyncSession, claims: Claims) -> Actor:
    """The actor with the offices valid today in this service's own directory. One statement, or none if kept."""
    scopes = frozenset((claims.scope or "").split())
    who = person_id(claims.iss, claims.sub)
    if is_system(claims):
        return Actor("system", who, claims.name or claims.sub, scopes=scopes)
    day = today()
    offices = await remembered(
        session, ("offices", who, day), lambda: _offices(session, who, day), tags=[f"person:{who}"]
    )
    return Actor("person", who, claims.name or claims.sub, offices, scopes)


async def _offices(session: AsyncSession, who: UUID, day: date) -> tuple[HeldOffice, ...]:
    """An office whose role this version does not know yet gives no right and does no harm."""
    held = await offices_of(session, who, day)
    return tuple(HeldOffice(o.organisation_id, ROLES[o.role]) for o in held if o.role in ROLES)


async def _visitor(request: Request, session: Session, credentials: Credentials) -> Actor | None:
    if credentials is None:
        if request.headers.get("authorization"):
            raise NotSignedIn
        return None
    verifier: Verifier = request.app.state.verifier
    return await actor_of(session, await verifier.verify(credentials.credentials))


async def _signed_in(visitor: Annotated[Actor | None, Depends(_visitor)]) -> Actor:
    if visitor is None:
        raise NotSignedIn
    return visitor


def holder_of(claims: Claims) -> Actor:
    """Who he is, without his offices."""
    return Actor("person", person_id(claims.iss, claims.sub), claims.name or claims.sub)


async def token_holder(request: Request, credentials: Credentials) -> Actor:
    """Raises NotSignedIn, Unavailable."""
    if credentials is None:
        raise NotSignedIn
    verifier: Verifier = request.app.state.verifier
    return holder_of(await verifier.verify(credentials.credentials))


Visitor = Annotated[Actor | None, Depends(_visitor)]  # anonymous is None; a bad token is still refused
SignedIn = Annotated[Actor, Depends(_signed_in)]
# Only who he is, without his offices: for doors that hold no transaction while they ask something outside.
TokenHolder = Annotated[Actor, Depends(token_holder)]
