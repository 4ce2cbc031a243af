"""A run whose process is killed at any instant ends as if nothing had happened: SIGKILL to real processes."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from aicoach.adapters.failpoints import Failpoints
from aicoach.app.bootstrap import build
from aicoach.app.settings import Settings
from aicoach.local.stack import Stack
from tests.conftest import ALL_COACHES
from tests.faults.subjects import SUBJECTS, Subject
from tests.faults.traces import Trace, events_of, is_final, sessions_of, trace_of
from tests.support.people import Person, Signer
from tests.support.processes import Browser, ServiceProcess, Services, sweep
from tests.support.runs import let_lease_end, request

Wait = Callable[..., Awaitable[None]]

SIDE_BY_SIDE = 4
RANDOM_KILLS = 100


@pytest.fixture(params=SUBJECTS, ids=lambda subject: subject.name)
def subject(request: pytest.FixtureRequest) -> Subject:
    """What the killed process was running."""
    chosen: Subject = request.param
    return chosen


@pytest.fixture(scope="module")
async def replacement(started: Services, transport_name: str) -> AsyncIterator[ServiceProcess]:
    """The process that people and the scheduler reach after the other one died."""
    service = await started.start(store=transport_name)
    yield service
    service.stop()


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
        """Somebody new, with what this coach needs to know about them."""
        person = Person(self.signer)
        await self.subject.arrange(self.database, person.user_id)
        return Browser(self.web, person, self.subject.body())

    async def victim(self, failpoints: str = "") -> ServiceProcess:
        """A process that is going to die."""
        return await self.services.start(store=self.transport, failpoints=failpoints)

    async def let_die(self, victim: ServiceProcess) -> None:
        """Return when the failpoint has killed it; a kill that never comes fails the test."""
        await self.wait_until(lambda: victim.was_killed)

    async def orphan(self, browser: Browser) -> None:
        """A run whose owner died right after it had claimed it."""
        body = browser.body
        scope_id = UUID(body["params"]["orchard"]) if "params" in body else browser.person.user_id
        wanted = request(browser.person.user_id, scope_id, coach=body["coach"], params=body.get("params", {}))
        wired = build(Settings(), ALL_COACHES)
        del wired, wanted
