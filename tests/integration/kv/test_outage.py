"""Redis may be killed, cut, half-open or half-forbidden: followers poll, emitters are told at once, all recovers."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import uvloop
from redis.asyncio import Redis

from aicoach.core.errors import Unavailable
from aicoach.memory.kv_store import RedisEventQueue
from aicoach.memory.kv_store.hub import Hub
from aicoach.memory.kv_store.link import Breaker
from tests.fakes.redis_server import RedisServer, free_port
from tests.integration.kv.support import durable, ids, take, transient, wait_until


@pytest.fixture
async def own_queue(own_redis: RedisServer) -> AsyncIterator[RedisEventQueue]:
    """A queue on a server that the test may hurt."""
    queue = RedisEventQueue(own_redis.url)
    yield queue
    await queue.aclose()


async def set_user(admin: Redis, *rules: str) -> None:
    """ACL SETUSER without the reset that the client's own method does first."""
    await admin.execute_command("ACL", "SETUSER", *rules)  # type: ignore[no-untyped-call]


async def emit_until_it_goes_out(queue: RedisEventQueue, session_id: UUID, event_id: int) -> None:
    """As the relay does: try again while the queue is unavailable."""

    async def went_out() -> bool:
        try:
            await queue.emit_event(session_id, durable(event_id))
        except Unavailable:
            return False
        return True

    await wait_until(went_out)


async def test_followers_survive_a_killed_and_restarted_redis(
    own_redis: RedisServer, own_queue: RedisEventQueue
) -> None:
    sessions = [uuid4() for _ in range(20)]
    async with contextlib.AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(own_queue.follow(session, 0)) for session in sessions]
        await asyncio.gather(*(own_queue.emit_event(session, durable(1)) for session in sessions))
        assert [ids(await take(follower, 1)) for follower in followers] == [[1]] * 20
        own_redis.kill()
        with pytest.raises(Unavailable):
            await own_queue.emit_event(sessions[0], durable(2))
        assert all(follower.healthy for follower in followers)
        assert [await follower.next(30) for follower in followers] == [None] * 20, "told at once, not after 30 s"
        assert not any(follower.healthy for follower in followers)
        own_redis.start()
        for event_id in (2, 3):
            await asyncio.gather(*(emit_until_it_goes_out(own_queue, session, event_id) for session in sessions))
        assert [ids(await take(follower, 2)) for follower in followers] == [[2, 3]] * 20
        await wait_until(lambda: all(follower._live for follower in followers))
        await asyncio.gather(*(own_queue.emit_event(session, transient("live")) for session in sessions))
        assert [ids(await take(follower, 1)) for follower in followers] == [[None]] * 20


async def test_a_cut_pub_sub_connection_loses_nothing_and_comes_back(
    admin: Redis, own_queue: RedisEventQueue, session_id: UUID
) -> None:
    async with own_queue.follow(session_id, 0) as follower:
        for n in range(1, 61):
            if n % 10 == 0:
                await admin.client_kill_filter(_type="pubsub")
            await own_queue.emit_event(session_id, durable(n))
        assert ids(await take(follower, 60)) == list(range(1, 61))
        await wait_until(lambda: follower._live)


async def test_followers_poll_while_subscribe_is_refused(
    admin: Redis, own_queue: RedisEventQueue, session_id: UUID
) -> None:
    await set_user(admin, "default", "-subscribe")
    async with own_queue.follow(session_id, 0) as follower:
        for n in range(1, 4):
            await own_queue.emit_event(session_id, durable(n))
            assert ids(await take(follower, 1)) == [n]
        assert not follower._live
        assert follower.healthy, "polling is slower and complete"
        await set_user(admin, "default", "+subscribe")
        await wait_until(lambda: follower._live)
        await own_queue.emit_event(session_id, transient("live"))
        assert ids(await take(follower, 1)) == [None]


async def test_a_redis_that_was_never_there_is_unavailable_and_silent() -> None:
    queue = RedisEventQueue(f"redis://127.0.0.1:{free_port()}/0")
    session_id = uuid4()
    for event in (durable(1), transient("t")):
        with pytest.raises(Unavailable):
            await queue.emit_event(session_id, event)
    for ask in (queue.next_events(session_id), queue.last_id(session_id), queue.ping()):
        with pytest.raises(Unavailable):
            await ask
    async with queue.follow(session_id, 0) as follower:
        assert not follower.healthy
        assert await follower.next(0.3) is None
    await queue.aclose()


async def test_a_redis_that_refuses_a_write_is_unavailable(
    admin: Redis, own_queue: RedisEventQueue, session_id: UUID
) -> None:
    await admin.config_set("maxmemory", "1")
    with pytest.raises(Unavailable):
        await own_queue.emit_event(session_id, durable(1))
    await admin.config_set("maxmemory", "0")
    await own_queue.emit_event(session_id, durable(1))


async def test_a_redis_that_never_answers_is_paid_for_once() -> None:
    accepted = 0
    hung_up = asyncio.Event()

    async def swallow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        await hung_up.wait()
        writer.close()

    async with await asyncio.start_server(swallow, "127.0.0.1", 0) as server:
        queue = RedisEventQueue(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        with pytest.raises(Unavailable):
            await queue.emit_event(uuid4(), durable(1))
        tried = accepted
        refusals = await asyncio.gather(
            *(queue.emit_event(uuid4(), durable(n)) for n in range(1, 101)), return_exceptions=True
        )
        assert {type(refusal) for refusal in refusals} == {Unavailable}
        assert accepted <= tried + 1
        await queue.aclose()
        hung_up.set()


def test_an_open_circuit_lets_one_caller_through_after_its_pause() -> None:
    now = 0.0
    breaker = Breaker(2.0, lambda: now)
    breaker.admit()
    breaker.failed()
    with pytest.raises(Unavailable):
        breaker.admit()
    now = 2.5
    breaker.admit()
    with pytest.raises(Unavailable):
        breaker.admit()
    breaker.succeeded()
    breaker.admit()
    breaker.admit()


async def test_a_half_open_connection_is_noticed_by_its_silence(own_redis: RedisServer, session_id: UUID) -> None:
    """A proxy that stops forwarding sends no FIN: only an unanswered PING tells."""
    forwarding = asyncio.Event()
    forwarding.set()
    connections = 0

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while data := await reader.read(65536):
            if number == 1 and not forwarding.is_set():
                continue
            writer.write(data)

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", own_redis.port)
        pumps = [asyncio.ensure_future(pump(reader, up_writer, connections))]
        pumps.append(asyncio.ensure_future(pump(up_reader, writer, connections)))
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, up_writer):
            end.close()
        await asyncio.gather(*pumps, return_exceptions=True)

    async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
        queue = RedisEventQueue(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        link = queue._links.current()
        link.hub = Hub(link._make_connection, link._breaker.succeeded, silence=0.1)
        async with queue.follow(session_id, 0) as follower:
            assert await follower.next(0) is None
            forwarding.clear()
            await queue.emit_event(session_id, durable(1))
            assert ids(await take(follower, 1)) == [1]
            await wait_until(lambda: follower._live)
        await queue.aclose()
        assert connections == 3, "the first Pub/Sub connection, one for commands, and a new one for Pub/Sub"


async def test_closing_leaves_no_task_and_no_connection(queue: RedisEventQueue, redis: Redis, session_id: UUID) -> None:
    async with queue.follow(session_id, 0) as follower:
        await queue.emit_event(session_id, durable(1))
        assert ids(await take(follower, 1)) == [1]
        await queue.aclose()
        assert await follower.next(0.05) is None, "a follower of a closed queue hears nothing more"
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("aicoach-kv")] == []

    async def nobody_is_connected() -> bool:
        return all(client["name"] != "aicoach" for client in await redis.client_list())

    await wait_until(nobody_is_connected)


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
async def test_one_queue_serves_several_event_loops(queue: RedisEventQueue, session_id: UUID, new_loop: object) -> None:
    heard: list[list[int | None]] = []
    listening = threading.Event()

    async def listen() -> None:
        async with queue.follow(session_id, 0) as follower:
            listening.set()
            heard.append(ids(await take(follower, 2)))
        await queue.aclose()

    def elsewhere() -> None:
        with asyncio.Runner(loop_factory=new_loop) as runner:  # type: ignore[arg-type]
            runner.run(listen())

    thread = threading.Thread(target=elsewhere)
    thread.start()
    await wait_until(listening.is_set)
    for n in (1, 2):
        await queue.emit_event(session_id, durable(n))
    await wait_until(lambda: not thread.is_alive())
    assert heard == [[1, 2]]


async def test_a_password_and_a_database_come_from_the_url(
    own_redis: RedisServer, admin: Redis, session_id: UUID
) -> None:
    await set_user(admin, "coach", "on", ">p@ss/word", "~aicoach:*", "resetchannels", "&aicoach:*", "+@all")
    queue = RedisEventQueue(f"redis://coach:p%40ss%2Fword@127.0.0.1:{own_redis.port}/3")
    async with queue.follow(session_id, 0) as follower:
        await queue.emit_event(session_id, durable(1))
        assert ids(await take(follower, 1)) == [1]
    await queue.aclose()
    wrong = RedisEventQueue(f"redis://coach:wrong@127.0.0.1:{own_redis.port}/3")
    with pytest.raises(Unavailable):
        await wrong.ping()
    await wrong.aclose()
