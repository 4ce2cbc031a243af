"""What is run while things break: a person with a coach's request, ready to press Run Coach."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from tests.fakes.portfolios import give_portfolio


async def _nothing(owner: asyncpg.Pool, user_id: UUID) -> None:
    """This coach has no tables."""


async def _a_portfolio(owner: asyncpg.Pool, user_id: UUID) -> None:
    async with owner.acquire() as connection:
        await give_portfolio(connection, user_id, "first_year")


@dataclass(frozen=True)
class Subject:
    """A coach to run: what its user owns before, and the request. Every call of ``body`` is another scope."""

    name: str
    body: Callable[[], dict[str, Any]]
    arrange: Callable[[asyncpg.Pool, UUID], Awaitable[None]] = _nothing


#: Two tasks and no snapshot; the other reads a portfolio from the database.
ORCHARD = Subject("orchard", lambda: {"coach": "orchard", "params": {"orchard": str(uuid4())}})
GOALS = Subject("goals", lambda: {"coach": "goals"}, _a_portfolio)
SUBJECTS = (ORCHARD, GOALS)
