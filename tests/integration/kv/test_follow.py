"""A follower gets every durable event once and in order, whatever Pub/Sub does."""

import asyncio
import json
import random
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from aicoach.memory.kv_store import RedisEventQueue
from aicoach.memory.kv_store.subscription import INBOX_EVENTS, PAGE_EVENTS
from tests.integration.kv.support import durable, ids, take, transient, wait_until


async def test_what_was_emitted_before_and_after_entering_arrives_as_one_sequence(
    queue: RedisEventQueue, session_id: UUID
) -> None:
    """S0-3.1b"""
    await queue.emit_event(session_id, durable(1))
    follower = queue.follow(session_id, 0)
    await queue.emit_event(session_id, durable(2))
    async with follower:
        await queue.emit_event(session_id, durable(3))
        assert ids(await take(follower, 3)) == [1, 2, 3]
        await queue.emit_event(session_id, durable(4))
        assert ids(await take(follower, 1)) == [4]
        assert await follower.next(0.05) is None


async def test_disconnecting_after_every_event_yields_the_same_sequence(
    queue: RedisEventQueue, session_id: UUID
) -> None:
    """S0-3.1b"""
    seen: list[int | None] = []
    for n in range(1, 31):
        await queue.emit_event(session_id, durable(n))
        async with queue.follow(session_id, n - 1) as follower:
            seen += ids(await take(follower, 1))
    assert seen == list(range(1, 31))


async def test_nothing_falls_between_under_a_concurrent_writer(queue: RedisEventQueue, session_id: UUID) -> None:
    async def write() -> None:
        for n in range(1, 401):
            await queue.emit_event(session_id, durable(n))

    async def read() -> list[int | None]:
        seen: list[int | None] = []
        while len(seen) < 400:
            async with queue.follow(session_id, len(seen)) as follower:
                seen += ids(await take(follower, min(random.randint(1, 40), 400 - len(seen))))
        return seen

    readers = [asyncio.create_task(read()) for _ in range(5)]
    await write()
    assert await asyncio.gather(*readers) == [list(range(1, 401))] * 5


async def test_a_transient_event_never_moves_the_cursor(queue: RedisEventQueue, session_id: UUID) -> None:
    async with queue.follow(session_id, 0) as follower:
        assert await follower.next(0) is None
        await queue.emit_event(session_id, transient("a"))
        await queue.emit_event(session_id, durable(1))
        await queue.emit_event(session_id, transient("b"))
        taken = []
        for _ in range(3):
            taken += await take(follower, 1)
            assert follower.cursor == max((event["id"] or 0 for event in taken), default=0)
        assert sorted(ids(taken), key=str) == [1, None, None]


async def test_what_came_twice_is_delivered_once(queue: RedisEventQueue, session_id: UUID) -> None:
    async with queue.follow(session_id, 0) as follower:
        for n in (1, 1, 2, 1, 2, 3):
            await queue.emit_event(session_id, durable(n))
        assert ids(await take(follower, 3)) == [1, 2, 3]
        assert await follower.next(0.05) is None


async def test_a_message_lost_by_pub_sub_is_read_from_the_stream(
    queue: RedisEventQueue, redis: Redis, session_id: UUID
) -> None:
    async with queue.follow(session_id, 0) as follower:
        assert await follower.next(0) is None
        await redis.xadd(f"aicoach:events:{session_id}", {"e": json.dumps(durable(1))}, id="1-0")
        await queue.emit_event(session_id, durable(2))
        assert ids(await take(follower, 2)) == [1, 2]


async def test_a_gap_that_the_stream_has_too_is_handed_on(queue: RedisEventQueue, session_id: UUID) -> None:
    async with queue.follow(session_id, 0) as follower:
        assert await follower.next(0) is None
        for n in (1, 4, 5, 9):
            await queue.emit_event(session_id, durable(n))
        assert ids(await take(follower, 4)) == [1, 4, 5, 9]


async def test_a_gap_is_handed_on_even_when_the_stream_is_gone(
    queue: RedisEventQueue, redis: Redis, session_id: UUID
) -> None:
    async with queue.follow(session_id, 0) as follower:
        assert await follower.next(0) is None
        await redis.publish(f"aicoach:live:{session_id}", json.dumps(durable(7)))
        assert ids(await take(follower, 1)) == [7]


async def test_the_caller_moves_the_cursor_on_after_asking_the_database(
    queue: RedisEventQueue, session_id: UUID
) -> None:
    async with queue.follow(session_id, 0) as follower:
        for n in (1, 2, 3, 4):
            await queue.emit_event(session_id, durable(n))
        follower.advance(3)
        assert ids(await take(follower, 1)) == [4]
        follower.advance(2)
        assert follower.cursor == 4, "never back"


async def test_a_cursor_after_the_end_waits_in_silence(queue: RedisEventQueue, session_id: UUID) -> None:
    await queue.emit_event(session_id, durable(1))
    async with queue.follow(session_id, 5) as follower:
        assert await follower.next(0.05) is None
        await queue.emit_event(session_id, durable(6))
        assert ids(await take(follower, 1)) == [6]


@pytest.mark.parametrize("line", [b"", b"no json", b"[]", b'{"id":"7"}', b'{"id":true}', b"[" * 5000, b"\xff"])
async def test_a_line_we_did_not_write_ends_nothing(
    queue: RedisEventQueue, redis: Redis, session_id: UUID, line: bytes
) -> None:
    async with queue.follow(session_id, 0) as follower:
        assert await follower.next(0) is None
        await redis.publish(f"aicoach:live:{session_id}", line)
        await queue.emit_event(session_id, durable(1))
        assert ids(await take(follower, 1)) == [1]


async def test_a_slow_follower_stays_bounded_and_misses_nothing_durable(
    queue: RedisEventQueue, session_id: UUID
) -> None:
    count = INBOX_EVENTS * 4 + PAGE_EVENTS
    async with queue.follow(session_id, 0) as slow, queue.follow(session_id, 0) as fast:
        assert await slow.next(0) is None
        for n in range(1, count + 1):
            await queue.emit_event(session_id, transient("t"))
            await queue.emit_event(session_id, durable(n))
            await fast.next(0)
        assert slow.lagging
        assert len(slow._inbox) <= INBOX_EVENTS
        taken: list[int | None] = []
        while not taken or taken[-1] != count:
            taken += [event_id for event_id in ids(await take(slow, 1)) if event_id is not None]
            assert len(slow._page) <= PAGE_EVENTS
        assert taken == list(range(1, count + 1))


async def test_two_hundred_followers_share_one_pub_sub_connection(queue: RedisEventQueue, redis: Redis) -> None:
    sessions = [uuid4() for _ in range(100)]
    async with AsyncExitStack() as stack:
        entering = [stack.enter_async_context(queue.follow(session, 0)) for session in sessions * 2]
        followers = await asyncio.gather(*entering)
        await asyncio.gather(*(queue.emit_event(session, durable(1)) for session in sessions))
        taken = await asyncio.gather(*(take(follower, 1) for follower in followers))
        assert [ids(events) for events in taken] == [[1]] * 200
        ours = [client for client in await redis.client_list() if client["name"] == "aicoach"]
        assert len([client for client in ours if int(client["sub"]) > 0]) == 1
        assert 2 <= len(ours) <= 4
        assert len(await redis.pubsub_channels("aicoach:live:*")) == 100

    async def nobody_listens() -> bool:
        return await redis.pubsub_channels("aicoach:live:*") == []

    await wait_until(nobody_listens)


async def test_coming_and_going_on_one_channel_loses_nothing(queue: RedisEventQueue, session_id: UUID) -> None:
    """Subscribing again while the unsubscribe is on its way must not be taken for being subscribed."""
    published = 0

    async def visit() -> None:
        nonlocal published
        async with queue.follow(session_id, published) as follower:
            published += 1
            mine = published
            await queue.emit_event(session_id, durable(mine))
            assert ids(await take(follower, 1)) == [mine]

    for _ in range(200):
        await visit()
    hub = queue._links.current().hub
    await wait_until(lambda: not hub._channels)


async def test_a_follower_cancelled_while_entering_leaves_nothing_behind(
    queue: RedisEventQueue, redis: Redis, session_id: UUID
) -> None:
    async def enter() -> None:
        async with queue.follow(session_id, 0):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(enter()) for _ in range(50)]
    for steps, task in enumerate(tasks):
        for _ in range(steps % 5):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    hub = queue._links.current().hub
    await wait_until(lambda: not hub._channels)
    async with queue.follow(session_id, 0) as follower:
        await queue.emit_event(session_id, durable(1))
        assert ids(await take(follower, 1)) == [1]
