"""The AppError family: plain classes with a stable code; the sentences are in `messages.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

Params = dict[str, str | int]


class AppError(Exception):
    """Something a person can be told. `params` fill the sentence.

    `pointer` is a JSON pointer to the field at fault. `errors` are several faults of one request, each with
    a pointer of its own.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    retry_after_s: ClassVar[int | None] = None

    def __init__(self, *, pointer: str | None = None, errors: Sequence[AppError] = (), **params: str | int) -> None:
        super().__init__(self.code, params)
        self.pointer = pointer
        self.errors = tuple(errors)
        self.params: Params = params


class BadRequest(AppError):
    """HTTP that could not be read."""

    status, code = 400, "bad-request"


class NotSignedIn(AppError):
    """No token, or one that is expired, forged, or meant for somebody else."""

    status, code = 401, "not-signed-in"


class NotAllowed(AppError):
    """The actor's offices on this day do not allow this."""

    status, code = 403, "not-allowed"


class NotFound(AppError):
    """No such thing, or not for this actor's eyes."""

    status, code = 404, "not-found"


class MethodNotAllowed(AppError):
    """There is something at this address, but not for this method."""

    status, code = 405, "method-not-allowed"


class RequestTooSlow(AppError):
    """The body did not arrive in time."""

    status, code = 408, "request-too-slow"


class Gone(AppError):
    """It was here and was taken down; nothing of it is shown."""

    status, code = 410, "gone"


class Conflict(AppError):
    """The request is well formed but the state of things forbids it."""

    status, code = 409, "conflict"


class StepNotPossible(Conflict):
    """The workflow has no such step from the present state. Params: `state`, `step`."""

    code = "step-not-possible"


class NotKnownYet(Conflict):
    """The thing named has not arrived here from its own service (or the id is wrong). Params: `id`."""

    code = "not-known-yet"
    retry_after_s = 2


class PreconditionFailed(AppError):
    """`If-Match` names a version that is no longer the present one."""

    status, code = 412, "precondition-failed"


class PreconditionRequired(AppError):
    """A change to an existing thing without `If-Match`."""

    status, code = 428, "precondition-required"


class MediaTypeNotSupported(AppError):
    """The body is not JSON."""

    status, code = 415, "media-type-not-supported"


class Invalid(AppError):
    """Malformed input that only the domain can see; `pointer` names the field."""

    status, code = 422, "invalid"


class TooLarge(AppError):
    """The body or file is larger than allowed. Params: `limit_bytes`."""

    status, code = 413, "too-large"


class Unavailable(AppError):
    """Something we depend on is away; nothing was changed. Params: `part`."""

    status, code = 503, "unavailable"
    retry_after_s = 2
