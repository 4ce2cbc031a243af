"""Readers that are slow or never stop coming back cost a bounded amount, and hold nobody else up."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from redis.asyncio import Redis

from aicoach.local.stack import Stack
from aicoach.memory.kv_store import RedisEventQueue
from tests.faults.conftest import TellRow
from tests.faults.ground import Ground, ground_on
from tests.faults.matrix import RECONNECTS, SLOW_READER, WHOLE_RUN
from tests.faults.traces import events_of
from tests.faults.world import Wait, assert_nothing_was_lost
from tests.support.processes import Browser, ServiceProcess
from tests.support.runs import let_lease_end
from tests.support.sse import read_frames

#: Sixteen megabytes for a reader that takes a few bytes of them.
FLOOD_EVENTS, FLOOD_BYTES = 4000, 4096
#: What a reader may cost: its inbox, the write buffer, and what an allocator keeps. An unbounded one costs the flood.
READER_BYTES = 8 * 1024 * 1024
RECONNECTIONS = 1000
#: As many streams as one person may have open.
AT_ONCE = 6


@pytest.fixture(scope="module")
async def ground(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """The session's stack: nothing breaks here."""
    logs: Path = tmp_path_factory.mktemp("services")
    async with ground_on(stack, logs, Ground) as standing:
        yield standing


async def test_a_reader_of_one_byte_a_second_stalls_nobody_and_costs_no_memory(
    ground: Ground, tell_row: TellRow
) -> None:
    """Issue 5 item 1: the flood waits in Redis's hands or is dropped; what is durable is told later."""
    undisturbed = await ground.undisturbed()
    browser = await ground.lost_run(lease_over=False)
    assert browser.session_id is not None
    slow = await open_slowly(ground.calm.url, browser)
    before = resident(ground.calm)
    reading = asyncio.create_task(drip(slow))
    await flood(ground, browser.session_id)
    # Somebody else's run, from its press to its done, in the same process.
    assert await ground.undisturbed() == undisturbed
    assert not reading.done(), "the slow reader must still be there"
    assert resident(ground.calm) - before < READER_BYTES
    reading.cancel()
    slow.close()
    await let_lease_end(ground.database, browser.session_id)
    await browser.look_until_done(ground.calm.url)
    await assert_nothing_was_lost(ground.database, browser, undisturbed)
    tell_row(SLOW_READER, {WHOLE_RUN: "stream"})


async def test_a_thousand_reconnects_each_get_what_follows_their_cursor(
    ground: Ground, wait_until: Wait, tell_row: TellRow
) -> None:
    """Issue 5 item 1: half of them while the run stands still in the middle, half of them after a crash and its end."""
    undisturbed, browser = await ground.undisturbed(), await ground.browser()
    victim = await ground.services.start(failpoints="sql.ai_commit_task.after=delay:300@2", lease_seconds=2)
    assert await browser.press(victim.url)
    session_id = browser.session_id
    assert session_id is not None

    async def stands_still() -> bool:
        count = "select count(*) from ai_events where session_id = $1 and kind = 'insight'"
        return bool(await ground.database.fetchval(count, session_id))

    await wait_until(stands_still)
    events = [event["id"] for event in await events_of(ground.database, session_id)]
    open_before = await connections_to_redis(ground)
    await reconnect(ground, browser, victim.url, events)
    assert await connections_to_redis(ground) <= open_before + AT_ONCE
    await victim.kill()
    await browser.look_until_done(ground.calm.url)
    await assert_nothing_was_lost(ground.database, browser, undisturbed)
    await reconnect(ground, browser, ground.calm.url, [event["id"] for event in browser.shown])
    async with Redis.from_url(ground.redis_url) as redis:
        assert await redis.zcard(f"aicoach:streams:{browser.person.user_id}") <= AT_ONCE
    tell_row(RECONNECTS, {WHOLE_RUN: "stream"})


async def reconnect(ground: Ground, browser: Browser, url: str, ids: list[int]) -> None:
    """Half of the thousand, from cursors at random."""
    chance, turns, headers = random.Random(5), asyncio.Semaphore(AT_ONCE - 1), browser.person.headers
    address = f"{url}/api/aicoach/stream?sessionId={browser.session_id}"

    async def once(cursor: int) -> None:
        async with turns:
            left = [event_id for event_id in ids if event_id > cursor]
            async with ground.web.stream("GET", address, headers=headers | {"Last-Event-ID": str(cursor)}) as response:
                assert response.status_code == 200
                async for frame in read_frames(response):
                    if frame.id is not None:
                        assert int(frame.id) == left.pop(0)
                    if not left and frame.event is not None:
                        return

    await asyncio.gather(*(once(chance.randrange(ids[-1])) for _ in range(RECONNECTIONS // 2)))


async def open_slowly(url: str, browser: Browser) -> socket.socket:
    """A stream over a connection whose windows are as small as they get."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    slow.setblocking(False)
    where = urlsplit(url)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(slow, (where.hostname, where.port))
    token = browser.person.headers["Authorization"]
    path = f"/api/aicoach/stream?sessionId={browser.session_id}"
    request = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: {token}\r\n\r\n"
    await loop.sock_sendall(slow, request.encode())
    assert await loop.sock_recv(slow, 12) == b"HTTP/1.1 200"
    return slow


async def drip(slow: socket.socket) -> None:
    """One byte a second, for as long as there are any."""
    while await asyncio.get_running_loop().sock_recv(slow, 1):
        await asyncio.sleep(1)


async def flood(ground: Ground, session_id: UUID) -> None:
    """More words than the reader will take in an hour."""
    queue = RedisEventQueue(ground.redis_url)
    event = {"type": "token", "sessionId": str(session_id), "id": None, "at": "", "insightKey": "flood", "text": ""}
    event["text"] = "x" * FLOOD_BYTES
    for _ in range(FLOOD_EVENTS):
        await queue.emit_event(session_id, event)
    await queue.aclose()


async def connections_to_redis(ground: Ground) -> int:
    """How many there are, from whomever."""
    async with Redis.from_url(ground.redis_url) as redis:
        return len(await redis.client_list())


def resident(service: ServiceProcess) -> int:
    """Bytes of memory that a process really has."""
    pages = int(Path(f"/proc/{service.pid}/statm").read_text().split()[1])
    return pages * 4096
