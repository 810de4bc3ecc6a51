"""Sign-in for browsers: the authorization code flow with PKCE (RFC 6749, 7636, 9700), and pages behind it.

A service includes `sign_in_router(settings)`; its pages ask for `SignedInHere`, their router has
`dependencies=[Depends(check_same_origin)]` and a route class below `SignInRoute`.
"""

from shared.auth.browser.door import HolderHere, SignedInHere, SignInNeeded, SignInRoute, to_sign_in
from shared.auth.browser.origin import CrossSite, check_same_origin
from shared.auth.browser.routes import sign_in_router

__all__ = [
    "CrossSite",
    "HolderHere",
    "SignInNeeded",
    "SignInRoute",
    "SignedInHere",
    "check_same_origin",
    "sign_in_router",
    "to_sign_in",
]
