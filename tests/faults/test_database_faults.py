"""Postgres may be away, die or cut its connections: callers are told to come back, and no run is lost or doubled."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.local.errors import LocalError
from aicoach.local.stack import Stack
from tests.conftest import ALL_COACHES
from tests.faults.gates import Gate, gated_coaches
from tests.faults.subjects import ORCHARD
from tests.faults.traces import events_of, trace_of
from tests.faults.world import Wait
from tests.support.people import Person, Signer
from tests.support.processes import Browser, sweep
from tests.support.service import serve


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this module's own, because it is going to break its database."""
    with Stack(tmp_path_factory.mktemp("fragile"), parts=("postgres", "redis"), seeded=False) as running:
        yield running


@pytest.fixture
def fragile_settings(fragile: Stack) -> Callable[..., Settings]:
    """Settings of that stack, with a lease short enough to wait for."""

    def make(**changes: object) -> Settings:
        changes = {"lease_seconds": 1, "heartbeat_seconds": 0.2} | changes
        return Settings.from_env(fragile.env()).model_copy(update=changes)

    return make


@pytest.fixture
def browser(web: httpx.AsyncClient, fragile: Stack) -> Browser:
    """Somebody who runs the coach there."""
    return Browser(web, Person(Signer(fragile.bridge_private_pem)), ORCHARD.body())


@asynccontextmanager
async def gated_service(settings: Settings, gate: Gate) -> AsyncIterator[str]:
    """A service whose runs wait at the gate between their two tasks."""
    try:
        async with serve(create_app(build(settings, gated_coaches(gate)))) as url:
            yield url
    finally:
        gate.open()


async def assert_as_an_undisturbed_run(stack: Stack, url: str, browser: Browser) -> None:
    """The same rows and events, each once, and all of them shown."""
    calm = Browser(browser.http, Person(Signer(stack.bridge_private_pem)), ORCHARD.body())
    assert await calm.press(url)
    await calm.look_until_done(url)
    assert browser.session_id is not None
    assert calm.session_id is not None
    async with asyncpg.create_pool(stack.dsn_owner, min_size=1, max_size=1) as owner:
        assert await trace_of(owner, browser.session_id) == await trace_of(owner, calm.session_id)
        assert browser.shown == await events_of(owner, browser.session_id)
    assert browser.received == list(range(1, len(browser.shown) + 1))


async def revive(stack: Stack, wait_until: Wait) -> None:
    """Start the killed database again; it refuses for a moment, while processes of the dead one still end."""

    def starts() -> bool:
        try:
            stack.restart_part("postgres")
        except (LocalError, subprocess.CalledProcessError):
            return False
        return True

    await wait_until(lambda: asyncio.to_thread(starts))


def a_port_that_nobody_serves() -> socket.socket:
    """Taken, so that nobody else gets it; not listening, so that it refuses."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken


async def test_a_database_that_is_down_at_start_is_a_503_that_says_when_to_come_back(
    settings: Callable[..., Settings], web: httpx.AsyncClient, person: Person
) -> None:
    """Issue 2, bad input: Postgres down at start."""
    with a_port_that_nobody_serves() as taken:
        dsn = f"postgresql://aicoach_service:x@127.0.0.1:{taken.getsockname()[1]}/postgres"
        async with serve(create_app(build(settings(database_url=SecretStr(dsn)), ALL_COACHES))) as url:
            stream = "/stream?sessionId=3f0c8f9e-0000-4000-8000-000000000000"
            answers = [
                await web.post(f"{url}/api/aicoach/session", json=ORCHARD.body(), headers=person.headers),
                await web.get(f"{url}/api/aicoach{stream}", headers=person.headers),
                await web.get(f"{url}/api/aicoach/insights", headers=person.headers),
            ]
            ready = await web.get(f"{url}/api/aicoach/readyz")
            alive = await web.get(f"{url}/api/aicoach/healthz")
    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["code"] == "unavailable"
        assert answer.json()["retryable"] is True
    assert (ready.status_code, ready.json()) == (503, {"db": "down", "kv": "ok"})
    assert int(ready.headers["retry-after"]) > 0
    assert alive.status_code == 200


async def test_a_database_that_never_answers_is_a_503_as_well(
    settings: Callable[..., Settings], web: httpx.AsyncClient, person: Person
) -> None:
    """A connection that is taken and then left in silence."""
    with a_port_that_nobody_serves() as silent:
        silent.listen(16)
        dsn = f"postgresql://aicoach_service:x@127.0.0.1:{silent.getsockname()[1]}/postgres"
        changed = settings(database_url=SecretStr(dsn), database_timeout=0.2)
        async with serve(create_app(build(changed, ALL_COACHES))) as url:
            answer = await web.post(f"{url}/api/aicoach/session", json=ORCHARD.body(), headers=person.headers)
            ready = await web.get(f"{url}/api/aicoach/readyz")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert ready.status_code == 503


@pytest.mark.parametrize("by", ["open stream", "new stream", "sweep"])
async def test_a_run_whose_database_was_killed_is_finished_when_it_is_back(
    by: str,
    fragile: Stack,
    fragile_settings: Callable[..., Settings],
    browser: Browser,
    wait_until: Wait,
) -> None:
    """Issue 2, bad input: Postgres killed in the middle of a run, each card once."""
    gate = Gate()
    async with gated_service(fragile_settings(), gate) as url:
        assert await browser.press(url)
        looking = asyncio.create_task(browser.look(url) if by == "open stream" else asyncio.sleep(0))
        await wait_until(gate.reached.is_set)
        fragile.kill_part("postgres")
        gate.open()
        await revive(fragile, wait_until)
        if by == "sweep":
            await wait_until(lambda: _swept(fragile, browser, url))
        await looking
        await browser.look_until_done(url)
        await assert_as_an_undisturbed_run(fragile, url, browser)


async def _swept(stack: Stack, browser: Browser, url: str) -> bool:
    """One more sweep; True when the run is final."""
    await sweep(browser.http, url, stack.cron_secret)
    status = f"select status from ai_sessions where id = '{browser.session_id}'"
    found = await asyncio.to_thread(stack.owner.run, status)
    return found.strip() == "completed"


async def test_cut_connections_between_two_steps_are_replaced(
    fragile: Stack, fragile_settings: Callable[..., Settings], browser: Browser, wait_until: Wait
) -> None:
    """Issue 2: every connection of the service is terminated while a run is under way; nothing is doubled."""
    gate = Gate()
    async with gated_service(fragile_settings(lease_seconds=30), gate) as url:
        assert await browser.press(url)
        looking = asyncio.create_task(browser.look(url))
        await wait_until(gate.reached.is_set)
        assert int(await asyncio.to_thread(fragile.owner.run, _CUT)) > 0
        gate.open()
        await looking
        assert "resumed" not in [event.get("msg") for event in browser.shown]
        await assert_as_an_undisturbed_run(fragile, url, browser)


async def test_a_commit_whose_connection_is_cut_while_it_waits_is_made_once(
    fragile: Stack, fragile_settings: Callable[..., Settings], browser: Browser, wait_until: Wait
) -> None:
    """Issue 2: cut in the middle of a transaction, which is then tried again."""
    gate = Gate()
    async with gated_service(fragile_settings(lease_seconds=30), gate) as url:
        assert await browser.press(url)
        await wait_until(gate.reached.is_set)
        owner = await asyncpg.connect(fragile.dsn_owner)
        async with owner.transaction():
            await owner.execute("select from ai_sessions where id = $1 for update", browser.session_id)
            gate.open()
            await wait_until(lambda: _is_waiting(fragile))
            assert int(await asyncio.to_thread(fragile.owner.run, _CUT)) > 0
        await owner.close()
        await browser.look_until_done(url)
        assert "resumed" not in [event.get("msg") for event in browser.shown]
        await assert_as_an_undisturbed_run(fragile, url, browser)


_SESSIONS = "from pg_stat_activity where usename = 'aicoach_service'"
_CUT = f"select count(pg_terminate_backend(pid)) {_SESSIONS}"


async def _is_waiting(stack: Stack) -> bool:
    """True while a commit waits for the row that the test holds."""
    waiting = f"select count(*) {_SESSIONS} and wait_event_type = 'Lock' and query like '%ai_commit_task%'"
    return int(await asyncio.to_thread(stack.owner.run, waiting)) > 0
