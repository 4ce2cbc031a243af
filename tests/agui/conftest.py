"""A service whose runs are followed by the official AG-UI client, in a Node of its own."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.core.model import Coach
from aicoach.local import environment
from aicoach.local.node import find_node, install
from aicoach.local.paths import TOOLS
from aicoach.local.process import Guard
from tests.conftest import ALL_COACHES
from tests.faults.gates import Gate
from tests.support.people import Person
from tests.support.service import Client, serve

HERE = Path(__file__).parent
INSTALLED = TOOLS / "agui-client"


@dataclass(frozen=True)
class Followed:
    """What an AG-UI application saw of one run: the events of each connection, and its conversation at the end."""

    connections: list[list[dict[str, Any]]]
    messages: list[dict[str, Any]]
    error: str | None

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of all connections."""
        return [event for connection in self.connections for event in connection]

    @property
    def types(self) -> list[str]:
        """What they were."""
        return [event["type"] for event in self.events]

    def customs(self, name: str) -> list[dict[str, Any]]:
        """The events of ours that came under their own name."""
        return [event for event in self.events if event["type"] == "CUSTOM" and event["name"] == name]

    @property
    def said(self) -> list[tuple[str, str]]:
        """The messages of the conversation."""
        return [(message["id"], message["content"]) for message in self.messages]


@dataclass(frozen=True)
class Live:
    """A running service and one person's view of it, with a browser's eyes and an AG-UI client's."""

    client: Client
    url: str

    def job(self, session_id: UUID, **more: Any) -> dict[str, Any]:
        """What the AG-UI client is to do."""
        url = f"{self.url}/api/aicoach/stream?sessionId={session_id}&format=ag-ui"
        return {"url": url, "headers": self.client.person.headers, **more}

    async def follow(self, session_id: UUID, **more: Any) -> Followed:
        """Follow a run to its end."""
        (followed,) = await follow([self.job(session_id, **more)])
        return followed


Serving = Callable[..., AbstractAsyncContextManager[Live]]


@pytest.fixture(scope="session", autouse=True)
def _installed(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The client of the lock file, in the checkout's tools."""
    INSTALLED.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        # Another worker may be installing from it: it is never seen half written.
        fresh = tmp_path_factory.mktemp("client") / name
        shutil.copyfile(HERE / "client" / name, fresh)
        shutil.move(fresh, INSTALLED / name)
    guard = Guard()
    try:
        install(INSTALLED, environment.base(), tmp_path_factory.mktemp("agui") / "npm.log", guard)
    finally:
        guard.close()


async def follow(jobs: list[dict[str, Any]]) -> list[Followed]:
    """Follow several runs, one after another; fails when the client had to warn or to repair anything."""
    node = find_node(environment.base().get("PATH"))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        str(node.binary),
        str(HERE / "client" / "follow.mjs"),
        str(INSTALLED),
        env=node.env(environment.base()),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    )
    async with asyncio.timeout(60):
        out, warnings = await process.communicate(json.dumps(jobs).encode())
    assert (process.returncode, warnings.decode()) == (0, "")
    return [Followed(**seen) for seen in json.loads(out)]


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Where runs of this test wait between their first and their second card."""
    closed = Gate()
    yield closed
    closed.open()


@pytest.fixture
def serving(settings: Callable[..., Settings], person: Person) -> Serving:
    """``async with serving(coaches, heartbeat_seconds=…) as live``."""

    @asynccontextmanager
    async def make(
        coaches: Mapping[str, Coach[Any]] = ALL_COACHES,
        change: Callable[[Settings], Settings] = lambda same: same,
        **changes: Any,
    ) -> AsyncIterator[Live]:
        wired = build(change(settings(**changes)), coaches)
        async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=url, timeout=60) as http:
            yield Live(Client(http, person), url)

    return make
