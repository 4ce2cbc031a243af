"""A wired service without a server, so that a test chooses the address it is called from."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.local.stack import Stack
from tests.conftest import ALL_COACHES

BASE = "http://service/api/aicoach"
Wire = Callable[..., FastAPI]
Visit = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def wire(settings: Callable[..., Settings]) -> AsyncIterator[Wire]:
    """A service with settings of its own; every one is a process's worth of parts."""
    async with AsyncExitStack() as stack:

        def make(**changes: Any) -> FastAPI:
            wired = build(settings(**changes), ALL_COACHES)
            stack.push_async_callback(wired.aclose)
            return create_app(wired)

        yield make


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    """A client of a service, calling from ``address``."""
    async with AsyncExitStack() as stack:

        def make(app: FastAPI, address: str = "203.0.113.7", **headers: Any) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(address, 50_000))
            client = httpx.AsyncClient(transport=transport, base_url=BASE, headers=dict(headers))
            stack.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture
async def redis(stack: Stack) -> AsyncIterator[Redis]:
    """What the limits leave behind; a test that leaves a key for ever fails."""
    async with Redis.from_url(stack.redis_url) as client:
        yield client
        eternal = [key async for key in client.scan_iter("aicoach:limit*") if await client.ttl(key) == -1]
        assert eternal == []
