"""One place where processes die: who is killed, who takes over, and what must then be true."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from aicoach.adapters.failpoints import Failpoints
from aicoach.app.bootstrap import Container, build
from aicoach.app.settings import Settings
from aicoach.core.ports import Started
from tests.conftest import ALL_COACHES
from tests.faults.subjects import Subject
from tests.faults.traces import Trace, events_of, is_final, sessions_of, trace_of
from tests.support.people import Person, Signer
from tests.support.processes import Browser, ServiceProcess, Services, sweep
from tests.support.runs import let_lease_end, request

Wait = Callable[..., Awaitable[None]]

#: More than the cores: a scenario mostly waits for a lease to end.
SIDE_BY_SIDE = 10


@dataclass
class World:
    """What every scenario needs; each brings a person of its own."""

    services: Services
    replacement: ServiceProcess
    transport: str
    database: asyncpg.Pool
    web: httpx.AsyncClient
    signer: Signer
    cron_secret: str
    subject: Subject
    wait_until: Wait

    async def browser(self) -> Browser:
        """Somebody new, who owns what this coach looks at."""
        person = Person(self.signer)
        await self.subject.arrange(self.database, person.user_id)
        return Browser(self.web, person, self.subject.body())

    async def victim(self, failpoint: str = "") -> ServiceProcess:
        """A new process that is going to die."""
        return await self.services.start(store=self.transport, failpoints=failpoint)

    async def let_die(self, victim: ServiceProcess) -> None:
        """Return when it was killed; a kill that never comes fails the test."""
        await self.wait_until(lambda: victim.was_killed)

    async def start_by_hand(self, wired: Container, browser: Browser) -> Started:
        """The run that ``browser`` asks for, claimed by this test and carried out by nobody."""
        body = browser.body
        coach = ALL_COACHES[body["coach"]]
        params = body.get("params", {})
        model = coach.params.model_validate(params) if coach.params else None
        user_id = browser.person.user_id
        wanted = request(user_id, coach.scope(user_id, model), coach=coach.name, params=params)
        started = await wired.store.start_session(wanted)
        browser.session_id = UUID(started.session["id"])
        return started

    async def orphan(self, wired: Container) -> Browser:
        """Somebody whose run was claimed and then lost by its process; its lease is over."""
        browser = await self.browser()
        await self.start_by_hand(wired, browser)
        assert browser.session_id is not None
        await let_lease_end(self.database, browser.session_id)
        return browser

    async def undisturbed(self) -> Trace:
        """What a run leaves behind when nothing happens to it."""
        browser = await self.browser()
        assert await browser.press(self.replacement.url)
        await browser.look_until_done(self.replacement.url)
        assert browser.session_id is not None
        return await trace_of(self.database, browser.session_id)

    async def finish_by_sweep(self, browsers: list[Browser]) -> None:
        """Call the sweep, as the scheduler does, until no run of these people is under way. No stream is open."""
        found = [await sessions_of(self.database, browser.person.user_id) for browser in browsers]
        session_ids = [session_id for ids in found for session_id in ids]

        async def swept() -> bool:
            await sweep(self.web, self.replacement.url, self.cron_secret)
            return await is_final(self.database, session_ids)

        await self.wait_until(swept, 60)

    async def assert_as_if_nothing_happened(self, browser: Browser, undisturbed: Trace) -> None:
        """See ``assert_nothing_was_lost``."""
        await assert_nothing_was_lost(self.database, browser, undisturbed)


async def assert_nothing_was_lost(database: asyncpg.Pool, browser: Browser, undisturbed: Trace) -> None:
    """One session; the same rows and events as an undisturbed run's, each once; and the browser saw them all."""
    sessions = await sessions_of(database, browser.person.user_id)
    assert sessions == [browser.session_id]
    events = await events_of(database, sessions[0])
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert Counter(event["type"] for event in events)["done"] == 1
    assert events[-1]["type"] == "done"
    assert await trace_of(database, sessions[0]) == undisturbed
    assert browser.shown == events


class Census(Failpoints):
    """Failpoints that only write down which calls to the world were passed."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: list[str] = []

    async def hit(self, name: str) -> None:
        """Remember the point; what is only told changes nothing that could be lost."""
        if name.startswith(("sql.", "xadd.")):
            self.passed.append(name)

    def kills(self) -> list[str]:
        """A failpoint for every point that was passed, each time it was."""
        times: Counter[str] = Counter()
        spec = []
        for name in self.passed:
            times[name] += 1
            spec.append(f"{name}=kill@{times[name]}")
        return spec


async def kills_of_a_run(
    world: World, settings: Callable[..., Settings], patch: pytest.MonkeyPatch, *, resumed: bool
) -> list[str]:
    """Every place to die in a run, as one run passes them: a new call of the engine cannot be forgotten here."""
    census = Census()
    patch.setattr("aicoach.app.bootstrap.Failpoints", lambda spec: census)
    wired = build(settings(store=world.transport, failpoints="recorded"), ALL_COACHES)
    try:
        browser = await world.browser()
        started = await world.start_by_hand(wired, browser)
        assert started.run is not None
        if resumed:
            await let_lease_end(world.database, started.run.session_id)
            census.passed.clear()
            await wired.runner.finish(started.run.user_id, started.run.session_id)
        else:
            await wired.runner.start(started.run, started.events)
    finally:
        await wired.aclose()
    return census.kills()


async def side_by_side(scenarios: Mapping[str, Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Run all, a few at a time; raises one group that names every scenario that failed."""
    turns = asyncio.Semaphore(SIDE_BY_SIDE)

    async def take_turn(play: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async with turns:
            await play()

    names = list(scenarios)
    outcomes = await asyncio.gather(*(take_turn(scenarios[name]) for name in names), return_exceptions=True)
    errors = []
    for name, outcome in zip(names, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            outcome.add_note(f"killed at {name}")
            errors.append(outcome)
    if errors:
        raise BaseExceptionGroup(f"{len(errors)} of {len(names)} kills lost something", errors)
