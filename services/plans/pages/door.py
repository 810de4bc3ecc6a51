"""Who is at these pages, and what a refusal looks like here: a page, or a sentence beside the work."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile

from services.plans.pages.paper import by_htmx, page
from services.plans.pages.typed import Typed, said
from shared.auth import Actor
from shared.auth.actor import person_id
from shared.auth.browser import SignInNeeded, SignInRoute
from shared.auth.browser.cookies import session_token
from shared.auth.door import Credentials
from shared.auth.tokens import Verifier
from shared.errors import NotFound, NotSignedIn, PreconditionFailed
from shared.messages import say
from shared.problems import as_app_error

MOST_FIELDS = 1500


class DeskRoute(SignInRoute):
    """Refusals are told in Vietnamese; what nobody expected goes on to the last resort."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with refusals told."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:
                told = NotFound() if isinstance(error, RequestValidationError) else as_app_error(error)
                if told.status == 500:
                    raise
                sentence = say(told)
                if not by_htmx(request):
                    return page(request, "problem.html", status=told.status, sentence=sentence, code=told.status)
                answered = page(request, "said.html", status=told.status, sentence=sentence)
                answered.headers.update({"hx-retarget": "#said", "hx-reswap": "innerHTML"})
                return answered

        return handle


async def _holder_here(request: Request, credentials: Credentials) -> Actor:
    token = credentials.credentials if credentials else session_token(request)
    if token is None:
        raise SignInNeeded
    verifier: Verifier = request.app.state.verifier
    try:
        claims = await verifier.verify(token)
    except NotSignedIn as error:
        raise SignInNeeded from error
    return Actor("person", person_id(claims.iss, claims.sub), claims.name or claims.sub)


# Only who he is, without his offices: nothing is asked of the database while a document is fetched and read.
HolderHere = Annotated[Actor, Depends(_holder_here)]


async def _form(request: Request) -> Typed:
    return texts(await request.form(max_files=0, max_fields=MOST_FIELDS))


def texts(form: FormData) -> Typed:
    """Every field that is no file, by name."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            found.setdefault(name, []).append(value.encode(errors="replace").decode())  # half a character is none
    return found


Sent = Annotated[Typed, Depends(_form)]  # the fields of a posted form


def version_of(form: Typed) -> int:
    """The version that was looked at. Raises PreconditionFailed for anything that is none."""
    version = said(form, "version")
    if not (version.isascii() and version.isdecimal() and len(version) <= 18):
        raise PreconditionFailed
    return int(version)
