"""The whole service in this process, with the scripted model behind it and a recorder on every wire."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from aicoach.app.bootstrap import Container, build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.local.scripted_model import ScriptedModel, running
from aicoach.local.stack import Stack
from tests.coaches.jars import COACH as JARS
from tests.conftest import ALL_COACHES
from tests.support.model import Recorder, with_model
from tests.support.people import Person, Signer
from tests.support.service import Client, serve

Wire = Callable[..., Awaitable[Container]]
COACHES = {**ALL_COACHES, JARS.name: JARS}


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    """A model that answers well until told otherwise."""
    async with running() as served:
        yield served


@pytest.fixture
async def wire(settings: Callable[..., Settings], model: ScriptedModel) -> AsyncIterator[Wire]:
    """Wires a service with the model behind it; settings may be changed."""
    async with AsyncExitStack() as stack:

        async def make(**changes: Any) -> Container:
            wired = build(with_model(settings(store="postgres"), model, **changes), COACHES)
            stack.push_async_callback(wired.aclose)
            return wired

        yield make


@pytest.fixture
async def visit(wire: Wire, signer: Signer) -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    """Somebody new at a service of its own, over HTTP."""
    async with AsyncExitStack() as stack:

        async def make(person: Person | None = None, **changes: Any) -> Client:
            url = await stack.enter_async_context(serve(create_app(await wire(**changes))))
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))
            return Client(http, person or Person(signer))

        yield make


@pytest.fixture
async def recorder(stack: Stack, owner: asyncpg.Connection) -> AsyncIterator[Recorder]:
    """Hears every wire."""
    async with Redis.from_url(stack.redis_url) as redis:
        yield Recorder(redis, owner)
