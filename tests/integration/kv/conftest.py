"""A real Redis for every test of the queue, and a guard: a key without a time to live fails its test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from aicoach.memory.kv_store import RedisEventQueue
from tests.fakes.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One server for the session."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that this test may kill or reconfigure."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """A plain client that looks into the store behind the queue's back."""
    client = Redis.from_url(redis_server.url, protocol=2)
    yield client
    await client.aclose()


@pytest.fixture
async def admin(own_redis: RedisServer) -> AsyncIterator[Redis]:
    """A plain client that may reconfigure this test's own server."""
    client = Redis.from_url(own_redis.url, protocol=2)
    yield client
    await client.aclose()


@pytest.fixture(autouse=True)
async def every_key_has_a_time_to_live(redis: Redis) -> AsyncIterator[None]:
    """Fail the test that leaves a key without TTL; then forget all keys, so that it is this test that is named."""
    yield
    eternal = [key async for key in redis.scan_iter() if await redis.ttl(key) == -1]
    await redis.flushdb()
    assert eternal == [], "keys without a time to live"


@pytest.fixture
async def queue(redis_server: RedisServer) -> AsyncIterator[RedisEventQueue]:
    """The queue under test."""
    queue = RedisEventQueue(redis_server.named_url)
    yield queue
    await queue.aclose()


@pytest.fixture
def session_id() -> UUID:
    """A session of this test alone."""
    return uuid4()
