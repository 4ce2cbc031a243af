"""A service whose runs stand still while a test looks at their streams."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aicoach.app.bootstrap import Container, build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.faults.gates import Gate, gated_coaches
from tests.support.people import Person
from tests.support.service import Client, serve


@dataclass(frozen=True)
class Live:
    """A running service and one person's view of it."""

    client: Client
    container: Container
    url: str


Serving = Callable[..., AbstractAsyncContextManager[Live]]


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Where runs of this test wait between their first and their second card."""
    closed = Gate()
    yield closed
    closed.open()


@pytest.fixture
def serving(settings: Callable[..., Settings], gate: Gate, person: Person) -> Serving:
    """``async with serving(heartbeat_seconds=…) as live``: a service whose runs wait at the gate."""

    @asynccontextmanager
    async def make(**changes: Any) -> AsyncIterator[Live]:
        wired = build(settings(**changes), gated_coaches(gate))
        async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=url, timeout=60) as http:
            try:
                yield Live(Client(http, person), wired, url)
            finally:
                gate.open()

    return make


def orchard() -> dict[str, Any]:
    """A request for a run of two cards."""
    return {"coach": "orchard", "params": {"orchard": str(uuid4())}}
