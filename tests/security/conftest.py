"""The whole service with its limits raised, so that many hostile calls are answered on their merits."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.conftest import ALL_COACHES
from tests.integration.edge.conftest import production_logs
from tests.support.people import Person
from tests.support.service import Client

__all__ = ["production_logs"]
LIMITS = ("starts", "imports", "streams", "writes", "reads", "refusals")
UNLIMITED: dict[str, Any] = {f"limit_{kind}": "" for kind in LIMITS} | {"runs_per_user": 1000, "streams_per_user": 1000}
PREFIX = "/api/aicoach"


def described() -> dict[str, Any]:
    """The service's own description of itself; nothing is connected for it."""
    return create_app(build(Settings(env="local"))).openapi()


@pytest.fixture
async def app(settings: Callable[..., Settings]) -> AsyncIterator[FastAPI]:
    """The real service over Postgres, as on a laptop but without limits."""
    wired = build(settings(store="postgres", **UNLIMITED), ALL_COACHES)
    yield create_app(wired)
    await wired.aclose()


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client of it, without a socket in between."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", timeout=30) as client:
        yield client


@pytest.fixture
def client(http: httpx.AsyncClient, person: Person) -> Client:
    """Somebody new."""
    return Client(http, person)
