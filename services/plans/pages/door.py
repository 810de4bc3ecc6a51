"""Who is at these pages, and what a refusal looks like here: a page, or a sentence beside the work."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData, UploadFile

from services.plans.pages.paper import by_htmx, page
from services.plans.pages.typed import Typed, said
from shared.auth.browser import SignInRoute, to_sign_in
from shared.errors import AppError, PreconditionFailed
from shared.messages import say

MOST_FIELDS = 1500


class DeskRoute(SignInRoute):
    """As every page here; to a script a sentence beside the work."""

    def told(self, request: Request, refusal: AppError) -> Response:
        """The way to sign in, or the refusal in Vietnamese."""
        return to_sign_in(request, refusal) or _said(request, refusal)


def _said(request: Request, refusal: AppError) -> Response:
    sentence = say(refusal)
    if not by_htmx(request):
        return page(request, "problem.html", status=refusal.status, sentence=sentence, code=refusal.status)
    answer = page(request, "said.html", status=refusal.status, sentence=sentence)
    answer.headers.update({"hx-retarget": "#said", "hx-reswap": "innerHTML"})
    return answer


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
