"""Service processes on the session's stack, and the database as its owner for many questions at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from aicoach.local.stack import Stack
from tests.support.processes import Services, services


@pytest.fixture(scope="module")
async def started(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    """Starts service processes; all of them are gone when the module ends."""
    logs: Path = tmp_path_factory.mktemp("services")
    async with services(stack.env(), logs) as running:
        yield running


@pytest.fixture(scope="module")
async def database(stack: Stack) -> AsyncIterator[asyncpg.Pool]:
    """The database as its owner, for several questions side by side."""
    async with asyncpg.create_pool(stack.dsn_owner, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that can reach any number of services."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        yield client
