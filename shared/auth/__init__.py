"""Identity: a bearer token becomes an Actor with the offices he holds today in this service's directory."""

from shared.auth.actor import OPERATOR, SYSTEM, Actor, HeldOffice, Role
from shared.auth.door import SignedIn, TokenHolder, Visitor

__all__ = ["OPERATOR", "SYSTEM", "Actor", "HeldOffice", "Role", "SignedIn", "TokenHolder", "Visitor"]
