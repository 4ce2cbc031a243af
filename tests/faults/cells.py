"""One cell of the fault table: one person's run, held at one step while something breaks, then seen to its end."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import asyncpg
import httpx

from tests.faults.gates import Hold
from tests.faults.steps import Step
from tests.faults.traces import Trace, is_final, sessions_of
from tests.faults.world import assert_nothing_was_lost
from tests.support.processes import Browser, ServiceProcess, sweep

#: Less than the long lease: a run that died of something unseen must not be saved by its lease's end.
PATIENCE_SECONDS = 20.0
#: How a run came to its end, as the table says it.
ITSELF, STREAM, SWEEP, AGAIN, QUEUE = "itself", "stream", "sweep", "asked again", "queue"


class Victim(Protocol):
    """The service that a cell's run meets first."""

    @property
    def url(self) -> str:
        """Where it listens."""
        ...

    async def held(self) -> None:
        """Return when the run stands at its step, or died of it."""
        ...

    def release(self) -> None:
        """Let the run go on."""
        ...


@dataclass
class HeldService:
    """A service in this process, whose run stops at a point until it is released."""

    url: str
    hold: Hold

    async def held(self) -> None:
        """See Victim."""
        await self.hold.reached.wait()

    def release(self) -> None:
        """See Victim."""
        self.hold.release()


@dataclass
class DoomedService:
    """A process of its own that dies of SIGKILL at its point."""

    process: ServiceProcess

    @property
    def url(self) -> str:
        """See Victim."""
        return self.process.url

    async def held(self) -> None:
        """See Victim."""
        await asyncio.shield(self.process.gone)
        assert self.process.was_killed

    def release(self) -> None:
        """See Victim: nothing releases the dead."""


@dataclass
class Cell:
    """``home`` is the service that the browser and the scheduler reach when the fault is over.

    ``seen_from`` is where the browser looks before that, when it has pressed Run Coach.
    """

    step: Step
    browser: Browser
    victim: Victim
    seen_from: str
    home: str
    watched: bool
    cron_secret: str
    database: asyncpg.Pool
    _asking: "asyncio.Task[None] | None" = field(default=None, init=False)
    _answered: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def begin(self) -> None:
        """Ask for the run, and return when it stands at its step."""
        self._asking = asyncio.create_task(self._ask(), name=f"asking at {self.step.name}")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.victim.held()

    async def settle(self) -> None:
        """Return when no run of this session is under way in this process: it ended, or was left for later."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._answered.wait()
            name = f"run {self.browser.session_id}"
            await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == name))

    async def complete(self) -> str:
        """See the run to its end, as whoever is left would; how it came to it."""
        outcome = await self._is_known()
        if self.watched:
            await self.browser.look_until_done(self.home, PATIENCE_SECONDS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await is_final(self.database, [self.session_id]):
                await sweep(self.browser.http, self.home, self.cron_secret)
        await self.browser.look_until_done(self.home, PATIENCE_SECONDS)
        if self._asking is not None:
            await self._asking
        return outcome or await self._how()

    async def assert_nothing_was_lost(self, undisturbed: Trace) -> None:
        """See ``world.assert_nothing_was_lost``."""
        await assert_nothing_was_lost(self.database, self.browser, undisturbed)

    @property
    def session_id(self) -> UUID:
        """The run's session, once it is known."""
        assert self.browser.session_id is not None
        return self.browser.session_id

    async def _ask(self) -> None:
        """One press and one connection, or one sweep; whatever breaks them."""
        url = self.victim.url
        there = self.step.orphan or await self.browser.press(url)
        self._answered.set()
        if self.step.orphan and not self.watched:
            await self._sweep_once(url)
        elif there and self.watched:
            await self.browser.look(url if self.step.orphan else self.seen_from)

    async def _sweep_once(self, url: str) -> None:
        headers = {"Authorization": f"Bearer {self.cron_secret}"}
        try:
            await self.browser.http.get(f"{url}/api/aicoach/webhook?job=sweep", headers=headers)
        except httpx.TransportError:
            return

    async def _is_known(self) -> str:
        """Find the session; where there is none, or its person waits for it, Run Coach is pressed again."""
        there = await sessions_of(self.database, self.browser.person.user_id)
        if there and not self.watched:
            self.browser.session_id = there[0]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.browser.session_id is None:
                await self.browser.press(self.home)
        return "" if there else AGAIN

    async def _how(self) -> str:
        epoch = await self.database.fetchval("select epoch from ai_sessions where id = $1", self.session_id)
        if epoch == 1:
            return ITSELF
        return STREAM if self.watched else SWEEP
