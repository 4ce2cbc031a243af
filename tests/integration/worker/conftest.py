"""A stack of the workers' own: a job asks for everybody, so nobody else's people may be there."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from aicoach.local.stack import Stack
from tests.integration.jobs.crowd import EVERYTHING, make_fund, price
from tests.support.workers import Workers, workers


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Postgres and Redis, without the demo users."""
    home: Path = tmp_path_factory.mktemp("workers")
    with Stack(home, parts=("postgres", "redis"), durable=False, seeded=False) as running:
        yield running


@pytest.fixture
async def owner(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """The database as its owner: one fund with a price, and nobody."""
    connection = await asyncpg.connect(stack.dsn_owner)
    await connection.execute(f"truncate {EVERYTHING} cascade")
    await make_fund(connection)
    await price(connection, date(2025, 1, 2), Decimal(100), datetime(2025, 1, 2, tzinfo=UTC))
    yield connection
    await connection.close()


@pytest.fixture
async def redis(stack: Stack) -> AsyncIterator[Redis]:
    """The broker, empty."""
    client = Redis.from_url(stack.redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def crew(stack: Stack, redis: Redis, tmp_path: Path) -> AsyncIterator[Workers]:
    """Starts workers; none of them outlives its test."""
    async with workers(stack, tmp_path) as started:
        yield started
