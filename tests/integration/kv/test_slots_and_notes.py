"""The cap on open streams holds across processes and heals by itself; notes come back until they expire."""

import asyncio
import subprocess
import sys
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from aicoach.memory.kv_store import RedisEventQueue
from tests.fakes.redis_server import RedisServer, free_port
from tests.integration.kv.support import wait_until


async def test_a_user_has_at_most_the_limit_of_streams(queue: RedisEventQueue) -> None:
    user, other = uuid4(), uuid4()
    slots = [await queue.open_stream(user, 2) for _ in range(3)]
    assert [slot is not None for slot in slots] == [True, True, False]
    assert await queue.open_stream(other, 2) is not None, "another user's streams do not count"
    assert slots[0] is not None
    await slots[0].release()
    assert await queue.open_stream(user, 2) is not None
    assert await queue.open_stream(user, 2) is None


async def test_fifty_requests_at_once_cannot_pass_the_limit(queue: RedisEventQueue, redis_server: RedisServer) -> None:
    user, elsewhere = uuid4(), RedisEventQueue(redis_server.url)
    asked = [where.open_stream(user, 5) for where in (queue, elsewhere) for _ in range(25)]
    assert sum(slot is not None for slot in await asyncio.gather(*asked)) == 5
    await elsewhere.aclose()


async def test_the_slots_of_a_killed_process_expire(redis_server: RedisServer, redis: Redis) -> None:
    user, queue = uuid4(), RedisEventQueue(redis_server.url, stream_lease=0.2)
    assert await queue.open_stream(user, 1) is not None

    async def free_again() -> bool:
        return await queue.open_stream(user, 1) is not None

    await wait_until(free_again)
    await queue.aclose()
    default = RedisEventQueue(redis_server.url)
    slot = await default.open_stream(user, 9)
    assert slot is not None
    assert 0 < await redis.ttl(f"aicoach:streams:{user}") <= 60
    await default.aclose()


async def test_a_dead_slot_does_not_count_beside_a_living_one(queue: RedisEventQueue, redis: Redis) -> None:
    user = uuid4()
    key = f"aicoach:streams:{user}"
    await redis.zadd(key, {"left by a killed process": 1})
    await redis.expire(key, 60)
    assert await queue.open_stream(user, 1) is not None
    assert await queue.open_stream(user, 1) is None
    assert await redis.zcard(key) == 1


async def test_a_renewed_slot_outlives_its_first_lease(redis_server: RedisServer, redis: Redis) -> None:
    user, queue = uuid4(), RedisEventQueue(redis_server.url, stream_lease=30)
    slot = await queue.open_stream(user, 1)
    assert slot is not None
    key = f"aicoach:streams:{user}"
    await redis.delete(key)  # as if the lease had run out, or Redis had lost its memory
    await slot.renew()
    assert await queue.open_stream(user, 1) is None
    await slot.release()
    assert await redis.exists(key) == 0
    await queue.aclose()


async def test_without_redis_a_stream_is_granted() -> None:
    queue = RedisEventQueue(f"redis://127.0.0.1:{free_port()}/0")
    slots = [await queue.open_stream(uuid4(), 1) for _ in range(3)]
    for slot in slots:
        assert slot is not None
        await slot.renew()
        await slot.release()
    await queue.aclose()


async def test_a_limit_below_one_is_a_mistake(queue: RedisEventQueue) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        await queue.open_stream(uuid4(), 0)


async def test_a_note_comes_back_until_it_is_deleted_or_expires(queue: RedisEventQueue, redis: Redis) -> None:
    note = {"text": "₹ 12,34,567", "tokens": 7}
    assert await queue.put_note("s:task:1", note, ttl=600)
    assert await queue.get_note("s:task:1") == note
    assert 0 < await redis.ttl("aicoach:note:s:task:1") <= 600
    await queue.delete_note("s:task:1")
    assert await queue.get_note("s:task:1") is None
    assert await queue.put_note("short", note, ttl=0.05)

    async def expired() -> bool:
        return await queue.get_note("short") is None

    await wait_until(expired)


@pytest.mark.parametrize(("value", "ttl"), [("x" * 65536, 60), ("x", 0), ("x", -1)])
async def test_a_note_too_long_or_without_end_is_refused(queue: RedisEventQueue, value: str, ttl: float) -> None:
    with pytest.raises(ValueError, match="64 KB and a positive"):
        await queue.put_note("n", value, ttl)


async def test_without_redis_a_note_is_not_kept_and_nothing_breaks() -> None:
    queue = RedisEventQueue(f"redis://127.0.0.1:{free_port()}/0")
    assert await queue.put_note("n", 1, ttl=60) is False
    assert await queue.get_note("n") is None
    await queue.delete_note("n")
    await queue.aclose()


def test_importing_and_constructing_the_queue_does_not_load_redis() -> None:
    """A cold start must not pay for a client that its first answer does not need."""
    program = (
        "import sys; from aicoach.memory.kv_store import RedisEventQueue; "
        "RedisEventQueue('redis://192.0.2.1:1/0'); sys.exit('redis' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
