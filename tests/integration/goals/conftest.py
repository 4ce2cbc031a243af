"""A snapshot of a person, read as the engine reads it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from aicoach.core.model import JsonObject

Ask = Callable[..., Awaitable[JsonObject]]


@pytest.fixture
def ask(owner: asyncpg.Connection) -> Ask:
    """Call ``ai_goals_snapshot`` for a user as aicoach_engine, in a read-only transaction that is rolled back."""

    async def call(user_id: UUID, as_of: str, argument: Any = None) -> JsonObject:
        transaction = owner.transaction(readonly=True)
        await transaction.start()
        try:
            await owner.execute("select set_config('request.jwt.claims', $1, true)", json.dumps({"sub": str(user_id)}))
            await owner.execute("set local role aicoach_engine")
            sent = json.dumps({"as_of": as_of} if argument is None else argument)
            answer = await owner.fetchval("select public.ai_goals_snapshot($1::jsonb)::text", sent)
        finally:
            await transaction.rollback()
        told: JsonObject = json.loads(answer)
        return told

    return call
