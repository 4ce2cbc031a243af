"""What is emitted can be read again, in order, per session, until it expires."""

import asyncio
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from aicoach.memory.kv_store import RedisEventQueue
from tests.fakes.redis_server import RedisServer
from tests.integration.kv.support import durable, ids, transient, wait_until


async def test_events_come_back_as_they_were_first_in_first_out(queue: RedisEventQueue, session_id: UUID) -> None:
    """S0-3.3a"""
    sent = [durable(n, title="₹ 12,34,567 \u2028 “गोल”\n", data={"n": [n, None, 1.5]}) for n in range(1, 6)]
    for event in sent:
        await queue.emit_event(session_id, event)
    assert await queue.next_events(session_id) == sent
    assert await queue.next_events(session_id) == sent, "reading removes nothing"
    assert await queue.last_id(session_id) == 5


async def test_sessions_are_isolated(queue: RedisEventQueue, session_id: UUID) -> None:
    """S0-3.3a"""
    await queue.emit_event(session_id, durable(1))
    assert await queue.next_events(uuid4()) == []
    assert await queue.last_id(uuid4()) == 0


async def test_reading_resumes_after_every_id(queue: RedisEventQueue, session_id: UUID) -> None:
    """S0-3.3a"""
    for n in range(1, 21):
        await queue.emit_event(session_id, durable(n))
    for after in range(22):
        assert ids(await queue.next_events(session_id, after)) == list(range(after + 1, 21))


async def test_an_event_on_the_wire_is_one_compact_ascii_line(
    queue: RedisEventQueue, redis: Redis, session_id: UUID
) -> None:
    await queue.emit_event(session_id, durable(1, text="a\nगोल"))
    line = b'{"type":"insight","id":1,"text":"a\\n\\u0917\\u094b\\u0932"}'
    assert await redis.xrange(f"aicoach:events:{session_id}") == [(b"1-0", {b"e": line})]


async def test_a_second_relay_is_refused_without_an_error(queue: RedisEventQueue, session_id: UUID) -> None:
    for n in (1, 2, 3, 2, 3, 1):
        await queue.emit_event(session_id, durable(n, sent="once"))
    assert ids(await queue.next_events(session_id)) == [1, 2, 3]


async def test_a_transient_event_is_kept_nowhere(queue: RedisEventQueue, redis: Redis, session_id: UUID) -> None:
    await queue.emit_event(session_id, transient("now"))
    assert await queue.next_events(session_id) == []
    assert await redis.dbsize() == 0


async def test_the_first_write_sets_a_time_to_live_of_fifteen_minutes(
    queue: RedisEventQueue, redis: Redis, session_id: UUID
) -> None:
    """S0-3.3b"""
    await queue.emit_event(session_id, durable(1))
    assert 0 < await redis.ttl(f"aicoach:events:{session_id}") <= 900


async def test_after_expiry_there_is_nothing(redis_server: RedisServer, session_id: UUID) -> None:
    """S0-3.3b"""
    queue = RedisEventQueue(redis_server.url, event_ttl=0.05)
    await queue.emit_event(session_id, durable(1))

    async def expired() -> bool:
        return await queue.next_events(session_id) == []

    await wait_until(expired)
    assert await queue.last_id(session_id) == 0
    await queue.emit_event(session_id, durable(2))
    await queue.aclose()


async def test_a_runaway_session_cannot_fill_the_store(queue: RedisEventQueue, redis: Redis, session_id: UUID) -> None:
    for n in range(1, 1301):
        await queue.emit_event(session_id, durable(n))
    kept = await queue.next_events(session_id)
    assert 1000 <= len(kept) < 1200
    assert ids(kept) == list(range(1301 - len(kept), 1301))


@pytest.mark.parametrize("bad", [0, -1, True, "1", 1.0])
async def test_an_id_that_is_no_positive_integer_is_refused(
    queue: RedisEventQueue, session_id: UUID, bad: object
) -> None:
    with pytest.raises(ValueError, match="positive integer"):
        await queue.emit_event(session_id, {"type": "insight", "id": bad})


async def test_not_a_number_is_refused(queue: RedisEventQueue, session_id: UUID) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        await queue.emit_event(session_id, durable(1, value=float("nan")))


async def test_three_hundred_writers_at_once_share_three_connections(queue: RedisEventQueue, redis: Redis) -> None:
    sessions = [uuid4() for _ in range(300)]
    await asyncio.gather(*(queue.emit_event(session, durable(1)) for session in sessions))
    assert 1 <= len([client for client in await redis.client_list() if client["name"] == "aicoach"]) <= 3
    assert [len(await queue.next_events(session)) for session in sessions] == [1] * 300


async def test_a_url_of_another_scheme_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="begins with redis://"):
        RedisEventQueue("https://redis.example/0")
