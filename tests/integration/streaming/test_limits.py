"""How many streams, how much memory, and who keeps a run alive when somebody leaves."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import psutil
import pytest

from aicoach.app.bootstrap import build
from aicoach.app.settings import Settings
from aicoach.local.stack import Stack
from tests.conftest import ALL_COACHES
from tests.faults.gates import Gate
from tests.faults.traces import events_of, is_final
from tests.integration.streaming.conftest import Live, Serving, orchard
from tests.support.people import Person
from tests.support.processes import Browser, Services, services
from tests.support.runs import request
from tests.support.service import Client
from tests.support.sse import read_frames

Wait = Callable[..., Any]


@pytest.fixture(scope="module")
async def started(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    """Starts service processes; all of them are gone when the module ends."""
    async with services(stack.env(), tmp_path_factory.mktemp("services")) as running:
        yield running


@asynccontextmanager
async def looking(client: Client, session_id: UUID) -> AsyncIterator[httpx.Response]:
    """An open stream; a granted one has sent its first bytes."""
    url = f"/api/aicoach/stream?sessionId={session_id}"
    async with client.http.stream("GET", url, headers=client.person.headers) as response:
        # Kept until the end: an iterator that nobody holds would close the connection.
        frames = read_frames(response)
        if response.status_code == 200:
            await anext(frames)
        else:
            await response.aread()
        yield response


async def test_one_person_may_hold_so_many_streams_and_no_more(
    serving: Serving, stranger: Person, wait_until: Wait
) -> None:
    """Issue 2 item 8: 429 with Retry-After beyond the cap, other people are not concerned, leaving makes room."""
    async with serving(streams_per_user=2, heartbeat_seconds=0.2) as live:
        session_id = await live.client.start(**orchard())
        other = Client(live.client.http, stranger)
        theirs = await other.start(**orchard())
        async with AsyncExitStack() as held:
            for _ in range(2):
                response = await held.enter_async_context(looking(live.client, session_id))
                assert response.status_code == 200
            async with looking(live.client, session_id) as refused:
                _assert_too_many(refused)
            async with looking(other, theirs) as granted:
                assert granted.status_code == 200
        # Well within the lease of a slot: leaving gives it back, not time.
        await wait_until(lambda: _opens(live, session_id), 10)


async def _opens(live: Live, session_id: UUID) -> bool:
    async with looking(live.client, session_id) as response:
        return response.status_code == 200


def _assert_too_many(response: httpx.Response) -> None:
    assert response.status_code == 429
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) > 0
    assert response.json()["code"] == "rate_limited"
    assert response.json()["retryable"] is True


async def test_streams_that_end_by_themselves_make_room(serving: Serving, gate: Gate) -> None:
    """Done gives the slot back as well."""
    gate.open()
    async with serving(streams_per_user=1) as live:
        for _ in range(4):
            assert (await live.client.run(**orchard()))[-1]["type"] == "done"


async def test_a_run_goes_on_after_everybody_left(
    serving: Serving, gate: Gate, owner: asyncpg.Connection, wait_until: Wait
) -> None:
    """Issue 2 item 6: the one who pressed hangs up, the one who watched leaves; the run is still finished."""
    async with serving() as live:
        session_id = await _press_and_hang_up(live, owner, wait_until)
        await live.client.watch(session_id, stop_after=2)
        gate.open()
        await wait_until(lambda: is_final(owner, [session_id]))
        events = await events_of(owner, session_id)
    assert [event["type"] for event in events] == ["status", "insight", "insight", "done"]


async def _press_and_hang_up(live: Live, owner: asyncpg.Connection, wait_until: Wait) -> UUID:
    """Send the request, and cut the connection as soon as the run exists, without reading the answer."""
    place, found = urlsplit(live.url), list[UUID]()
    body = Browser(live.client.http, live.client.person, orchard()).body
    made = live.client.http.build_request(
        "POST", "/api/aicoach/session", json=dict(body), headers=live.client.person.headers
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in made.headers.items())
    with socket.create_connection((place.hostname, place.port)) as link:
        link.sendall(f"POST /api/aicoach/session HTTP/1.1\r\n{head}\r\n".encode() + made.content)

        async def begun() -> bool:
            who = live.client.person.user_id
            found.extend(row["id"] for row in await owner.fetch("select id from ai_sessions where user_id = $1", who))
            return bool(found)

        await wait_until(begun)
    return found[0]


async def test_an_open_stream_takes_over_the_run_of_a_process_that_was_killed(
    started: Services, owner: asyncpg.Connection, person: Person, wait_until: Wait
) -> None:
    """DESIGN 3.10: it looks at each heartbeat; nobody reconnects, nobody sweeps."""
    running = await started.start(failpoints="sql.ai_commit_task.before=delay:60@2")
    holding = await started.start()
    async with httpx.AsyncClient(timeout=60) as http:
        browser = Browser(http, person, orchard())
        assert await browser.press(running.url)
        watching = asyncio.create_task(browser.look(holding.url))
        await wait_until(lambda: len(browser.shown) == 2)
        await running.kill()
        await watching
    assert browser.session_id is not None
    assert browser.shown == await events_of(owner, browser.session_id)
    told = [event.get("msg", event["type"]) for event in browser.shown]
    assert told == ["started", "insight", "resumed", "insight", "done"]
    assert browser.received == [1, 2, 3, 4, 5]


async def test_a_reader_that_does_not_read_costs_no_memory(
    started: Services, settings: Callable[..., Settings], person: Person, wait_until: Wait
) -> None:
    """Bounded: what a slow reader has not taken is dropped, or kept by the database, never piled up."""
    service = await started.start()
    wired = build(settings(lease_seconds=300), ALL_COACHES)
    begun = await wired.store.start_session(
        request(person.user_id, uuid4(), coach="orchard", params={"orchard": str(uuid4())})
    )
    session_id = UUID(begun.session["id"])
    place = urlsplit(service.url)
    with socket.create_connection((place.hostname, place.port)) as link:
        head = "".join(f"{name}: {value}\r\n" for name, value in person.headers.items())
        link.sendall(f"GET /api/aicoach/stream?sessionId={session_id} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        await wait_until(lambda: asyncio.to_thread(link.recv, 1, socket.MSG_PEEK))
        await _flood(wired.queue, session_id, megabytes=8)
        before = psutil.Process(service.pid).memory_info().rss
        await _flood(wired.queue, session_id, megabytes=48)
        grown = psutil.Process(service.pid).memory_info().rss - before
    await wired.store.cancel_session(person.user_id, session_id)
    await wired.aclose()
    assert grown < 16 * 2**20


async def _flood(queue: Any, session_id: UUID, megabytes: int) -> None:
    """Transient events of 16 KB each, over the queue."""
    event = {"type": "status", "sessionId": str(session_id), "id": None, "at": "", "msg": "x" * 16_000, "progress": 0}
    for _ in range(megabytes * 64):
        await queue.emit_event(session_id, event)
