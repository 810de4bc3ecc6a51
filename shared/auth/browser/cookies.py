"""The two cookies: the attempt under way, ten minutes at most, and the session, which is the sealed access token.

Scripts cannot read them, other sites' forms do not carry them, and they go to the service that set them only.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request, Response
from pydantic import BaseModel

from shared.auth.browser.place import Place, here
from shared.errors import AppError
from shared.sealing import seal, unseal

SESSION, ATTEMPT = "browser session", "browser sign-in"  # what each is sealed for
ATTEMPT_LIFETIME_S = 600
ATTEMPTS = 8  # under way at once in one browser, as when it opens yesterday's tabs again
COOKIE_LIMIT_BYTES = 4096  # RFC 6265 section 6.1: name, value and attributes


class TokenTooLarge(AppError):
    """The issuer's access token does not fit into a cookie."""

    status, code = 502, "token-too-large"


class Attempt(BaseModel):
    """What the browser that begins to sign in keeps for the moment it comes back."""

    state: str
    verifier: str
    onward: str


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie under the strictest name that browsers allow at its path (RFC 6265bis, section 4.1.3)."""

    title: str
    path: str
    secure: bool

    @property
    def name(self) -> str:
        """`__Host-` asks for the path `/`, `__Secure-` for TLS."""
        if not self.secure:
            return self.title
        return f"{'__Host-' if self.path == '/' else '__Secure-'}{self.title}"

    def put(self, answer: Response, value: str, *, lifetime_s: int) -> None:
        """An empty value with no lifetime takes it away."""
        answer.set_cookie(
            self.name,
            value,
            max_age=lifetime_s,
            path=self.path,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def _session(place: Place) -> Cookie:
    return Cookie("lantoa-session", place.path or "/", place.secure)


def _attempt(place: Place, state: str) -> Cookie:
    """Each has a name of its own: tabs that sign in at the same moment do not overwrite each other."""
    return Cookie(f"lantoa-sign-in-{state[:12]}", f"{place.path}/sign-in", place.secure)


def open_session(request: Request, answer: Response, token: str, *, lifetime_s: int) -> None:
    """Raises TokenTooLarge: a browser would drop the cookie without a word."""
    place = here(request)
    _session(place).put(answer, seal(token, place.settings.secret_keys, purpose=SESSION), lifetime_s=lifetime_s)
    if len(answer.headers.getlist("set-cookie")[-1]) > COOKIE_LIMIT_BYTES:
        raise TokenTooLarge


def session_token(request: Request) -> str | None:
    """The access token of this browser's session, not verified yet; None where there is none that we sealed."""
    place = here(request)
    sealed = request.cookies.get(_session(place).name)
    return unseal(sealed, place.settings.secret_keys, purpose=SESSION) if sealed else None


def close_session(request: Request, answer: Response) -> None:
    """The browser forgets it; the token itself is good until it expires, but nobody has it."""
    _session(here(request)).put(answer, "", lifetime_s=0)


def keep_attempt(request: Request, answer: Response, attempt: Attempt) -> None:
    """For ten minutes. Where too many were begun and never ended, those are forgotten."""
    place = here(request)
    beginning = _attempt(place, "").name
    begun = [name for name in request.cookies if name.startswith(beginning)]
    for name in begun if len(begun) >= ATTEMPTS else []:
        _attempt(place, name.removeprefix(beginning)).put(answer, "", lifetime_s=0)
    sealed = seal(attempt.model_dump_json(), place.settings.secret_keys, purpose=ATTEMPT)
    _attempt(place, attempt.state).put(answer, sealed, lifetime_s=ATTEMPT_LIFETIME_S)


def kept_attempt(request: Request, state: str) -> Attempt | None:
    """The attempt that this browser began with this state, if it is not ten minutes old."""
    place = here(request)
    sealed = request.cookies.get(_attempt(place, state).name)
    if not sealed:
        return None
    opened = unseal(sealed, place.settings.secret_keys, purpose=ATTEMPT, lifetime_s=ATTEMPT_LIFETIME_S)
    attempt = Attempt.model_validate_json(opened) if opened else None
    return attempt if attempt and attempt.state == state else None


def forget_attempt(request: Request, answer: Response, attempt: Attempt) -> None:
    """It served its purpose."""
    _attempt(here(request), attempt.state).put(answer, "", lifetime_s=0)
