"""Redis may be slow, wrong, empty or gone: every card still comes once, in order, and the run ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from aicoach.app.bootstrap import Container, build
from aicoach.app.main import create_app
from aicoach.app.runner import Runner
from aicoach.app.settings import Settings
from aicoach.core.orchestrator import Orchestrator
from tests.conftest import ALL_COACHES
from tests.fakes.redis_server import RedisServer
from tests.faults.gates import SIDE_BY_SIDE, Gate, HeldQueue, PaidNarrator, gated_coaches
from tests.faults.subjects import ORCHARD
from tests.faults.traces import events_of
from tests.faults.world import Wait
from tests.support.people import Person
from tests.support.processes import Browser
from tests.support.service import serve

#: Longer than any of these tests: what arrives in time did not wait for a heartbeat.
NEVER = 300.0


@pytest.fixture
def browser(web: httpx.AsyncClient, person: Person) -> Browser:
    """Somebody who runs the coach."""
    return Browser(web, person, ORCHARD.body())


@pytest.fixture
async def redis_server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    """A Redis of this test's own, not yet started."""
    server = RedisServer(tmp_path)
    yield server
    server.kill()


@asynccontextmanager
async def gated_service(settings: Callable[..., Settings], redis: RedisServer, gate: Gate) -> AsyncIterator[str]:
    """A service on this Redis whose runs wait at the gate between their two tasks."""
    wired = build(settings(redis_url=SecretStr(redis.url), heartbeat_seconds=0.5), gated_coaches(gate))
    try:
        async with serve(create_app(wired)) as url:
            yield url
    finally:
        gate.open()


def serving(container: Container) -> Any:
    """The container over HTTP."""
    return serve(create_app(container))


async def assert_everything_was_shown(browser: Browser, owner: asyncpg.Connection) -> None:
    """Each durable event once, in id order, without gaps, over one connection."""
    assert browser.session_id is not None
    events = await events_of(owner, browser.session_id)
    assert [event["type"] for event in events] == ["status", "insight", "insight", "done"]
    assert browser.shown == events
    assert browser.received == [1, 2, 3, 4]


@pytest.mark.parametrize("late", ["harvest", "takings"])
async def test_a_card_held_up_behind_another_tasks_commit_still_comes_in_order(
    late: str, settings: Callable[..., Settings], browser: Browser, owner: asyncpg.Connection, wait_until: Wait
) -> None:
    """Issue 2 item 6: one task's XADD is delayed behind the commit of the other."""
    wired = build(settings(heartbeat_seconds=NEVER), SIDE_BY_SIDE)
    held = HeldQueue(wired.queue, late)
    working = Orchestrator(wired.store, held, SIDE_BY_SIDE, PaidNarrator(), wired.clock)
    wired = replace(wired, runner=Runner(working, wired.store, wired.queue))
    async with serving(wired) as url:
        assert await browser.press(url)
        looking = asyncio.create_task(browser.look(url))

        async def committed() -> bool:
            count = "select count(*) from ai_insights where session_id = $1"
            return bool(await owner.fetchval(count, browser.session_id) == 2)

        await wait_until(committed)
        assert browser.session_id is not None
        assert late not in [event.get("task") for event in await wired.queue.next_events(browser.session_id)]
        held.released.set()
        await looking
    await assert_everything_was_shown(browser, owner)


@pytest.mark.parametrize("point", ["insight.before=delay:0.3@1", "insight.after=delay:0.3@1", "done.before=delay:0.3"])
async def test_a_slow_queue_only_makes_a_stream_late(
    point: str, settings: Callable[..., Settings], browser: Browser, owner: asyncpg.Connection
) -> None:
    """Issue 2 item 6."""
    wired = build(settings(heartbeat_seconds=NEVER, failpoints=f"xadd.{point}"), ALL_COACHES)
    async with serving(wired) as url:
        assert await browser.press(url)
        await browser.look(url)
    await assert_everything_was_shown(browser, owner)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("event", ["status=fail@1", "insight=fail@1", "insight=fail@2", "done=fail@1"])
async def test_one_event_that_could_not_be_published_still_comes_once(
    event: str, when: str, settings: Callable[..., Settings], browser: Browser, owner: asyncpg.Connection
) -> None:
    """Issue 2 item 6: exactly one XADD fails, or its answer is lost."""
    kind, action = event.split("=")
    wired = build(settings(heartbeat_seconds=NEVER, failpoints=f"xadd.{kind}.{when}={action}"), ALL_COACHES)
    async with serving(wired) as url:
        assert await browser.press(url)
        await browser.look(url)
        assert browser.session_id is not None
        queued = await wired.queue.next_events(browser.session_id)
    await assert_everything_was_shown(browser, owner)
    assert [event["id"] for event in queued] == [1, 2, 3, 4]


async def test_a_queue_that_never_takes_an_event_is_replaced_by_the_database(
    settings: Callable[..., Settings], browser: Browser, owner: asyncpg.Connection
) -> None:
    """DESIGN 4.4: silence until a heartbeat asks ai_events."""
    points = ",".join(f"xadd.insight.before=fail@{n}" for n in range(1, 30))
    wired = build(settings(heartbeat_seconds=0.2, failpoints=points), ALL_COACHES)
    async with serving(wired) as url:
        assert await browser.press(url)
        await browser.look(url)
    await assert_everything_was_shown(browser, owner)


async def test_without_redis_the_run_completes_and_is_streamed_from_the_database(
    settings: Callable[..., Settings], redis_server: RedisServer, browser: Browser, owner: asyncpg.Connection
) -> None:
    """Issue 2, bad input: Redis down."""
    gate = Gate()
    gate.open()
    async with gated_service(settings, redis_server, gate) as url:
        assert await browser.press(url)
        await browser.look(url)
    await assert_everything_was_shown(browser, owner)


async def _killed(redis: RedisServer) -> None:
    redis.kill()


async def _restarted_empty(redis: RedisServer) -> None:
    redis.kill()
    redis.start()


async def _flushed(redis: RedisServer) -> None:
    async with Redis.from_url(redis.url) as client:
        await client.flushall()


@pytest.mark.parametrize("fault", [_killed, _restarted_empty, _flushed])
async def test_a_queue_lost_in_the_middle_of_a_run_loses_no_card(
    fault: Callable[[RedisServer], Any],
    settings: Callable[..., Settings],
    redis_server: RedisServer,
    browser: Browser,
    owner: asyncpg.Connection,
    wait_until: Wait,
) -> None:
    """Issue 2, bad input: the open stream goes on, from the database if need be, to its done."""
    gate = Gate()
    redis_server.start()
    async with gated_service(settings, redis_server, gate) as url:
        assert await browser.press(url)
        looking = asyncio.create_task(browser.look(url))
        await wait_until(lambda: len(browser.shown) == 2 and gate.reached.is_set())
        await fault(redis_server)
        gate.open()
        await looking
    await assert_everything_was_shown(browser, owner)


async def test_a_queue_lost_in_the_middle_of_a_run_loses_no_card_for_who_comes_later(
    settings: Callable[..., Settings],
    redis_server: RedisServer,
    browser: Browser,
    owner: asyncpg.Connection,
    wait_until: Wait,
) -> None:
    """DESIGN 4.4: a reader that meets a gap asks ai_events."""
    gate = Gate()
    redis_server.start()
    async with gated_service(settings, redis_server, gate) as url:
        assert await browser.press(url)
        await wait_until(gate.reached.is_set)
        await _flushed(redis_server)
        looking = asyncio.create_task(browser.look(url))
        await wait_until(lambda: len(browser.shown) == 2)
        gate.open()
        await looking
    await assert_everything_was_shown(browser, owner)


@pytest.mark.parametrize("seen", [0, 1, 2, 3])
async def test_a_stream_that_has_expired_is_replayed_from_the_database(
    seen: int,
    settings: Callable[..., Settings],
    browser: Browser,
    owner: asyncpg.Connection,
) -> None:
    """DESIGN 4.4: an expired cursor."""
    wired: Container = build(settings(), ALL_COACHES)
    async with serving(wired) as url:
        assert await browser.press(url)
        await browser.look(url)
        async with Redis.from_url(settings().redis_url.get_secret_value()) as redis:
            assert await redis.delete(f"aicoach:events:{browser.session_id}") == 1
        later = Browser(browser.http, browser.person, browser.body, session_id=browser.session_id)
        later.shown = browser.shown[:seen]
        await later.look(url)
    assert later.received == list(range(seen + 1, 5))
    assert later.shown == browser.shown
