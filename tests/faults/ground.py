"""The place where the parts of a stack break: what stands there, and one row of the table played on it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from aicoach.app.bootstrap import Container, SystemClock, build
from aicoach.app.settings import Settings
from aicoach.local.ports import HOST
from aicoach.local.stack import Stack
from tests.conftest import ALL_COACHES
from tests.faults.cells import Cell, DoomedService, HeldService, Victim
from tests.faults.gates import Hold, PassingNarrator
from tests.faults.many import serve_many
from tests.faults.matrix import Fault
from tests.faults.steps import Step
from tests.faults.subjects import GOALS
from tests.faults.traces import Trace, trace_of
from tests.support.cutting_proxy import CuttingProxy, cutting_proxy
from tests.support.people import Person, Signer
from tests.support.processes import HEARTBEAT_SECONDS, Browser, ServiceProcess, Services, services
from tests.support.runs import let_lease_end, request

#: Patience with a Redis that may never answer.
REDIS_SECONDS = 0.3


class JumpingClock(SystemClock):
    """The machine's clock, until it jumps by so many days."""

    def __init__(self, days: int) -> None:
        self._days, self._offset = days, timedelta()

    def jump(self) -> None:
        """Be wrong from now on."""
        self._offset = timedelta(days=self._days)

    def now(self) -> datetime:
        """See Clock."""
        return datetime.now(UTC) + self._offset


@dataclass
class Ground:
    """One stack, a service process on it that nothing happens to, and what the row under way has put between."""

    stack: Stack
    services: Services
    calm: ServiceProcess
    database: asyncpg.Pool
    web: httpx.AsyncClient
    patch: pytest.MonkeyPatch
    cut: CuttingProxy = field(init=False)
    clock: JumpingClock = field(init=False)

    @property
    def redis_url(self) -> str:
        """The queue, directly."""
        return self._env["AICOACH_REDIS_URL"]

    @cached_property
    def _env(self) -> Mapping[str, str]:
        """Made once: it derives a public key, which checks the private one's primes."""
        return self.stack.env()

    @cached_property
    def signer(self) -> Signer:
        """The façade's key."""
        return Signer(self.stack.bridge_private_pem)

    def settings(self, **changes: Any) -> Settings:
        """The stack's settings, with changes."""
        return Settings.from_env(self._env).model_copy(update=changes)

    @asynccontextmanager
    async def second(self) -> AsyncIterator[Container]:
        """Another executor beside the first."""
        wired = build(self.settings(), ALL_COACHES)
        try:
            yield wired
        finally:
            await wired.aclose()

    async def browser(self) -> Browser:
        """Somebody new, who owns a portfolio."""
        return await self.direct_browser()

    async def direct_browser(self) -> Browser:
        """Somebody new, who reaches the service itself."""
        person = Person(self.signer)
        await GOALS.arrange(self.database, person.user_id)
        return Browser(self.web, person, GOALS.body())

    async def lost_run(self, *, lease_over: bool) -> Browser:
        """Somebody whose run was claimed and is carried out by nobody."""
        browser = await self.browser()
        async with self.second() as wired:
            started = await wired.store.start_session(request(browser.person.user_id))
        assert started.run is not None
        browser.session_id = started.run.session_id
        if lease_over:
            await let_lease_end(self.database, started.run.session_id)
        return browser

    async def undisturbed(self) -> Trace:
        """What a run leaves behind when nothing happens to it."""
        browser = await self.direct_browser()
        assert await browser.press(self.calm.url)
        await browser.look_until_done(self.calm.url)
        assert browser.session_id is not None
        return await trace_of(self.database, browser.session_id)

    async def play(self, fault: Fault, undisturbed: Trace) -> dict[str, str]:
        """One row: every step side by side. How each run came to its end, by step; raises when one lost anything."""
        async with self._cells(fault) as cells:
            await asyncio.gather(*(cell.begin() for cell in cells))
            await fault.strike(self, cells)
            for cell in cells:
                cell.victim.release()
            await asyncio.sleep(fault.seconds)
            await asyncio.gather(*(cell.settle() for cell in cells))
            await fault.heal(self, cells)
            outcomes = await _all(cells, [cell.complete() for cell in cells])
            await _all(cells, [cell.assert_nothing_was_lost(undisturbed) for cell in cells])
        await self._assert_left_in_order()
        return {cell.step.name: outcome for cell, outcome in zip(cells, outcomes, strict=True)}

    @asynccontextmanager
    async def _cells(self, fault: Fault) -> AsyncIterator[list[Cell]]:
        self.clock = JumpingClock(fault.days)
        bring = (self.lost_run(lease_over=True) if step.orphan else self.browser() for step in fault.steps)
        browsers = await asyncio.gather(*bring)
        async with self.victims(fault, browsers) as victims:
            yield [self._cell(fault, *each) for each in zip(fault.steps, browsers, victims, strict=True)]

    def _cell(self, fault: Fault, step: Step, browser: Browser, victim: Victim) -> Cell:
        # A service whose clock is wrong takes every token for stale: the browser looks from one that is right.
        seen_from = self.calm.url if fault.days else victim.url
        home = self.calm.url if fault.doomed else seen_from
        return Cell(step, browser, victim, seen_from, home, fault.watched, self.stack.cron_secret, self.database)

    @asynccontextmanager
    async def victims(self, fault: Fault, browsers: Sequence[Browser]) -> AsyncIterator[Sequence[Victim]]:
        """The service that each of these people's runs meets first, step by step."""
        if fault.doomed:
            yield [await self._doomed(step) for step in fault.steps]
            return
        async with AsyncExitStack() as ends:
            if fault.between:
                port = self.stack.ports.db if fault.between == "postgres" else self.stack.ports.kv
                self.cut = await ends.enter_async_context(cutting_proxy(port))
            holds = [Hold(step.point) for step in fault.steps]
            wired = [self.held_at(hold, fault) for hold in holds]
            urls = await ends.enter_async_context(serve_many(wired))
            yield [HeldService(url, hold) for url, hold in zip(urls, holds, strict=True)]

    async def _doomed(self, step: Step) -> Victim:
        name, _, nth = step.point.partition("@")
        return DoomedService(await self.services.start(failpoints=f"{name}=kill@{nth or 1}"))

    def held_at(self, hold: Hold, fault: Fault) -> Container:
        """A service whose run stops there."""
        settings = self._settings_of(fault)
        with self.patch.context() as patch:
            patch.setattr("aicoach.app.bootstrap.Failpoints", lambda _: hold)
            patch.setattr("aicoach.app.bootstrap.Narrator", lambda: PassingNarrator(hold))
            return build(settings, ALL_COACHES, self.clock)

    def _settings_of(self, fault: Fault) -> Settings:
        pace = {"lease_seconds": fault.lease, "heartbeat_seconds": HEARTBEAT_SECONDS}
        settings = self.settings(store=fault.store, failpoints="held", database_timeout=fault.patience, **pace)
        ports = self.stack.ports
        if fault.between == "postgres":
            return _through(settings, "database_url", ports.db, self.cut.port)
        if fault.between == "redis":
            return _through(settings, "redis_url", ports.kv, self.cut.port)
        return settings

    async def _assert_left_in_order(self) -> None:
        """No run is still called running, and nothing stays in Redis for ever."""
        running = "select count(*) from ai_sessions where status in ('queued', 'running')"
        assert await self.database.fetchval(running) == 0
        async with Redis.from_url(self.redis_url) as client:
            assert [key async for key in client.scan_iter() if await client.ttl(key) == -1] == []


G = TypeVar("G", bound=Ground)


@asynccontextmanager
async def ground_on(stack: Stack, logs: Path, kind: type[G]) -> AsyncIterator[G]:
    """A ground of this kind on a stack, with little patience for a Redis that is silent."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with (
        services(stack.env(), logs) as started,
        asyncpg.create_pool(stack.dsn_owner, min_size=0, max_size=4) as database,
        httpx.AsyncClient(timeout=60, limits=limits) as web,
    ):
        with pytest.MonkeyPatch.context() as patch:
            for name in ("COMMAND_SECONDS", "CONNECT_SECONDS"):
                patch.setattr(f"aicoach.memory.kv_store.link.{name}", REDIS_SECONDS)
            yield kind(stack, started, await started.start(), database, web, patch)


def _through(settings: Settings, name: str, port: int, proxy: int) -> Settings:
    """The settings with one address replaced by the proxy's."""
    url = getattr(settings, name).get_secret_value()
    assert f"{HOST}:{port}" in url
    return settings.model_copy(update={name: SecretStr(url.replace(f"{HOST}:{port}", f"{HOST}:{proxy}"))})


async def _all(cells: Sequence[Cell], work: Sequence[Any]) -> list[Any]:
    """All results; raises one group that names every step that failed."""
    results = await asyncio.gather(*work, return_exceptions=True)
    errors = []
    for cell, result in zip(cells, results, strict=True):
        if isinstance(result, BaseException):
            result.add_note(f"at {cell.step.name}, session {cell.browser.session_id}")
            errors.append(result)
    if errors:
        raise BaseExceptionGroup(f"{len(errors)} of {len(cells)} steps lost something", errors)
    return list(results)
