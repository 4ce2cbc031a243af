"""What is run while things break: a person with a coach's request, ready to press Run Coach."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg


async def _nothing(owner: asyncpg.Pool, user_id: UUID) -> None:
    """This coach has no tables."""


@dataclass(frozen=True)
class Subject:
    """A coach to run: what its user owns before, and the request. Every call of ``body`` is another scope."""

    name: str
    body: Callable[[], dict[str, Any]]
    arrange: Callable[[asyncpg.Pool, UUID], Awaitable[None]] = _nothing


ORCHARD = Subject("orchard", lambda: {"coach": "orchard", "params": {"orchard": str(uuid4())}})
SUBJECTS = (ORCHARD,)
