"""Two service processes behind a balancer without stickiness are one service: no process remembers anything."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from aicoach.local.stack import Stack
from tests.support.people import Person
from tests.support.processes import Browser, Services, services
from tests.support.round_robin import round_robin


@pytest.fixture
async def started(stack: Stack, tmp_path: Path) -> AsyncIterator[Services]:
    """Starts service processes; all of them are gone when the test ends."""
    async with services(stack.env(), tmp_path) as running:
        yield running


@pytest.fixture
async def browser(person: Person) -> AsyncIterator[Browser]:
    """Somebody with a request for two cards, and a new connection for every call."""
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as http:
        yield Browser(http, person, {"coach": "orchard", "params": {"orchard": str(uuid4())}})


async def epoch(owner: asyncpg.Connection, browser: Browser) -> int:
    """How many processes have carried out the run."""
    return int(await owner.fetchval("select epoch from ai_sessions where id = $1", browser.session_id))


async def test_reconnects_of_one_stream_are_served_by_whoever_is_next(
    started: Services, browser: Browser, owner: asyncpg.Connection
) -> None:
    """Issue 5 item 6: a run on one process, its stream now here, now there: every event once, in order."""
    slow = "sql.ai_commit_task.before=delay:1@1,sql.ai_finish_session.before=delay:1@1"
    both = [await started.start(failpoints=slow, stream_seconds=0.3) for _ in range(2)]
    async with round_robin([service.url for service in both]) as balancer:
        assert await browser.press(balancer.url)
        await browser.look_until_done(balancer.url)
    assert browser.received == list(range(1, len(browser.received) + 1))
    assert [event["type"] for event in browser.shown].count("insight") == 2
    assert all(taken >= 2 for taken in balancer.taken.values())
    assert len(balancer.taken) == 2
    assert await epoch(owner, browser) == 1


async def test_a_run_started_on_one_is_resumed_on_the_other_after_a_kill(
    started: Services, browser: Browser, owner: asyncpg.Connection
) -> None:
    """Issue 5 item 6, S0-5.1b: the browser knows one address only, before and after."""
    victim = await started.start(failpoints="sql.ai_commit_task.before=kill@2")
    other = await started.start()
    async with round_robin([victim.url, other.url]) as balancer:
        assert await browser.press(balancer.url)
        await browser.look_until_done(balancer.url)
    assert victim.was_killed
    assert browser.received == list(range(1, len(browser.received) + 1))
    assert [event["type"] for event in browser.shown].count("insight") == 2
    assert await epoch(owner, browser) == 2
