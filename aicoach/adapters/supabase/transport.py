"""What both transports share: one way to call a SQL function, one meaning for its refusals."""

from collections.abc import Callable
from typing import Final, Protocol
from uuid import UUID

from aicoach.core.errors import CoachError, Invalid, LeaseLost, NotFound, Unauthorized, Unavailable
from aicoach.core.model import JsonObject

ENGINE: Final = "aicoach_engine"
JOBS: Final = "aicoach_jobs"

#: The functions raise PTxxx codes only: a REST gateway may keep no other.
_REFUSALS: Final[dict[str, Callable[[], CoachError]]] = {
    "PT401": Unauthorized,
    "PT404": NotFound,
    "PT409": LeaseLost,
    "PT422": Invalid,
    "PT503": Unavailable,
}
#: Connection trouble, shutdown, too many clients, serialization and deadlock: trying again can help.
_PASSING: Final = ("08", "53", "57", "40", "55P03", "25006")


class StoreDefect(CoachError):
    """The database refused a call for a reason that is our own mistake; ``sqlstate`` is for the log."""

    def __init__(self, function: str, sqlstate: str) -> None:
        super().__init__()
        self.function, self.sqlstate = function, sqlstate

    def __str__(self) -> str:
        return f"{self.function} failed with {self.sqlstate}"


def refusal(function: str, sqlstate: str) -> CoachError:
    """The error of our family that a SQLSTATE stands for."""
    if sqlstate in _REFUSALS:
        return _REFUSALS[sqlstate]()
    if sqlstate.startswith(_PASSING):
        return Unavailable()
    return StoreDefect(function, sqlstate)


class Transport(Protocol):
    """Calls ``public.<function>(p jsonb) returns jsonb`` for a user, or for jobs when ``user_id`` is None."""

    async def call(
        self, function: str, argument: JsonObject, *, user_id: UUID | None, read_only: bool = False
    ) -> JsonObject:
        """The function's answer; raises only errors of our family. Safe to repeat: all functions are."""
        ...

    async def ping(self) -> None:
        """Raise Unavailable unless the database answers and the login is bound by RLS."""
        ...

    async def aclose(self) -> None:
        """Let go of all connections."""
        ...
