"""One error family: the class knows its HTTP status, its code and whether trying again can help."""

from typing import ClassVar


class CoachError(Exception):
    """A refusal or failure that may be told to a caller. ``detail`` must never hold input, SQL or a stack."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "", *, session_id: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.session_id = session_id
        self.retry_after = retry_after


class Unauthorized(CoachError):
    """Whatever is wrong with a token, the answer is one and the same."""

    status, code, title = 401, "unauthorized", "Sign in to go on"


class NotFound(CoachError):
    """An id that does not exist, or that belongs to someone else: the caller cannot tell which."""

    status, code, title = 404, "not_found", "There is nothing here"


class BadRequest(CoachError):
    """A request that names something unknown, such as a job."""

    status, code, title = 400, "bad_request", "This request cannot be understood"


class Invalid(CoachError):
    """A well-formed request with a value that is not allowed."""

    status, code, title = 422, "invalid", "A value in the request is not allowed"


class IdempotencyMismatch(CoachError):
    """The same Idempotency-Key came with another body."""

    status, code = 422, "idempotency_mismatch"
    title = "This Idempotency-Key was used with another request"


class RunActive(CoachError):
    """A run of this scope and coach is under way and does not cover what was asked."""

    status, code, title, retryable = 409, "run_active", "A run is already under way", True


class TooLarge(CoachError):
    """The body is over the limit."""

    status, code, title = 413, "too_large", "The request is too large"


class TooMany(CoachError):
    """A limit on rate or on open streams was reached."""

    status, code, title, retryable = 429, "rate_limited", "Too many requests", True


class Unavailable(CoachError):
    """A part this service needs does not answer; trying again later can help."""

    status, code, title, retryable = 503, "unavailable", "The service is not available right now", True


class LeaseLost(CoachError):
    """Another executor owns this run now; this one must stop writing at once."""

    status, code, title = 409, "lease_lost", "Another executor owns this run"
