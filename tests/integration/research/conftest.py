"""A stack of its own, as for the jobs, and a search service on a local port that answers as it is told."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from aicoach.app.bootstrap import Container
from aicoach.local.scripted_model import ScriptedModel, running
from aicoach.local.stack import Stack
from tests.integration.jobs.conftest import Wire, owner, signer, stack, wire

__all__ = ["owner", "signer", "stack", "wire"]

KEY = "pplx-research-key-canary"


@pytest.fixture(autouse=True)
async def _nothing_kept(stack: Stack) -> None:
    """A note is kept for a week; each test has a week of its own."""
    async with Redis.from_url(stack.redis_url) as redis:
        async for key in redis.scan_iter(match="*market-note:*"):
            await redis.delete(key)


@pytest.fixture
async def service() -> AsyncIterator[ScriptedModel]:
    """The search service: any OpenAI-compatible endpoint."""
    async with running() as served:
        yield served


@pytest.fixture
def wired(wire: Wire, service: ScriptedModel) -> Container:
    """A service that asks it, with little patience."""
    where = {"research_url": service.base_url, "research_key": SecretStr(KEY), "research_seconds": 1.0}
    return wire(research="on", **where)
