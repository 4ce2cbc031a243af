"""One coach's part of a job for everyone who is due: who they are, and what is done for one of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from aicoach.jobs.report import Outcome


@dataclass(frozen=True, slots=True)
class Owed:
    """Somebody who is due; ``mark`` tells this time of being due from the next, so that doubles do nothing."""

    user_id: UUID
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of those who are due, perhaps none, and behind whom to go on; ``next`` None: nobody else is due."""

    people: Sequence[Owed]
    next: UUID | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """``due(after, limit)`` gives a page; ``serve`` may be called again for the same time of being due."""

    coach: str
    due: Callable[[UUID | None, int], Awaitable[Page]]
    serve: Callable[[Owed], Awaitable[Outcome]]
