"""The service as processes of its own that may be killed, and a browser that survives it."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from aicoach.local import environment
from aicoach.local.paths import ROOT
from aicoach.local.ports import HOST, Ports
from aicoach.local.process import Guard, Launch, Process
from aicoach.local.service import answers
from tests.support.people import Person
from tests.support.sse import read_frames

APP = "tests.support.app:app"
#: A killed run is an orphan after this long; small, because the tests wait for it, many hundred times.
LEASE_SECONDS = 1
HEARTBEAT_SECONDS = 0.2


class ServiceProcess:
    """One uvicorn with one service in it, on a port of its own."""

    def __init__(self, process: Process, port: int) -> None:
        self._process, self.url = process, f"http://{HOST}:{port}"

    @property
    def pid(self) -> int:
        """The process that serves; it has no children."""
        return self._process.pid

    @property
    def was_killed(self) -> bool:
        """True once SIGKILL has ended it, whoever sent it."""
        return self._process.returncode == -signal.SIGKILL

    def kill(self) -> None:
        """SIGKILL, now."""
        self._process.kill()

    def stop(self) -> None:
        """Ask it to end, and wait; nothing happens to one that is dead."""
        self._process.stop()

    def tail(self) -> str:
        """The last lines it wrote, for a failing test's message."""
        return self._process.tail(40)


class Services:
    """Starts service processes and takes every one of them down, also when the tests themselves are killed."""

    def __init__(self, env: Mapping[str, str], logs: Path, guard: Guard) -> None:
        self._env, self._logs, self._guard = dict(env), logs, guard
        self._all: list[ServiceProcess] = []

    async def start(self, **settings: object) -> ServiceProcess:
        """A new process with these settings (``failpoints="…"`` is AICOACH_FAILPOINTS), once it answers."""
        return await asyncio.to_thread(self._start, settings)

    def _start(self, settings: Mapping[str, object]) -> ServiceProcess:
        named = {f"AICOACH_{name.upper()}": str(value) for name, value in settings.items()}
        port = Ports.free().service
        argv = [sys.executable, "-m", "uvicorn", APP, "--host", HOST, "--port", str(port), "--no-access-log"]
        launch = Launch("service", argv, self._env | named, ROOT, lambda: answers(port))
        process = Process(launch, self._logs / f"service-{port}.log", self._guard)
        service = ServiceProcess(process, port)
        self._all.append(service)
        process.wait_ready()
        return service

    def stop_all(self) -> None:
        """SIGKILL to whatever still runs: by now nobody asks these processes for anything."""
        for service in self._all:
            service.kill()


@contextmanager
def services(stack_env: Mapping[str, str], logs: Path) -> Iterator[Services]:
    """Services on the parts that ``stack_env`` names, with leases and heartbeats short enough to wait for."""
    pace = {"AICOACH_LEASE_SECONDS": str(LEASE_SECONDS), "AICOACH_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS)}
    logs.mkdir(parents=True, exist_ok=True)
    guard = Guard()
    started = Services({**environment.base(), **stack_env, **pace}, logs, guard)
    try:
        yield started
    finally:
        started.stop_all()
        guard.close()


@dataclass
class Browser:
    """What an EventSource does: reconnects with the last id it saw, and drops what it has already shown."""

    http: httpx.AsyncClient
    person: Person
    body: Mapping[str, Any]
    key: str = field(default_factory=lambda: str(uuid4()))
    session_id: UUID | None = None
    #: Durable events in the order they were shown.
    shown: list[dict[str, Any]] = field(default_factory=list)
    #: Ids of every durable frame that came, repeats included.
    received: list[int] = field(default_factory=list)
    done: bool = False

    async def press(self, url: str) -> bool:
        """Press Run Coach; False when the service died before it answered. A repeat means the same run."""
        headers = self.person.headers | {"Idempotency-Key": self.key}
        try:
            answer = await self.http.post(f"{url}/api/aicoach/session", json=dict(self.body), headers=headers)
        except httpx.TransportError:
            return False
        assert answer.status_code in {200, 201}, answer.text
        self.session_id = UUID(answer.json()["sessionId"])
        return True

    async def look(self, url: str) -> None:
        """One connection to the stream, until it ends, however it ends."""
        headers = self.person.headers | ({"Last-Event-ID": str(self.shown[-1]["id"])} if self.shown else {})
        try:
            await self._read(url, headers)
        except httpx.TransportError:
            return

    async def look_until_done(self, url: str, seconds: float = 60) -> None:
        """Reconnect until ``done``; TimeoutError when it never comes."""
        async with asyncio.timeout(seconds):
            while not self.done:
                await self.look(url)

    async def _read(self, url: str, headers: Mapping[str, str]) -> None:
        address = f"{url}/api/aicoach/stream?sessionId={self.session_id}"
        async with self.http.stream("GET", address, headers=dict(headers)) as response:
            if response.status_code == 204:
                self.done = True
                return
            assert response.status_code == 200, await response.aread()
            async for frame in read_frames(response):
                if frame.event is not None and frame.event["id"] is not None:
                    assert frame.id == str(frame.event["id"])
                    self._show(frame.event)

    def _show(self, event: dict[str, Any]) -> None:
        self.received.append(event["id"])
        if self.shown and event["id"] <= self.shown[-1]["id"]:
            return
        self.shown.append(event)
        self.done = event["type"] == "done"


async def sweep(http: httpx.AsyncClient, url: str, cron_secret: str) -> dict[str, Any]:
    """The sweep job, as the scheduler calls it."""
    headers = {"Authorization": f"Bearer {cron_secret}"}
    answer = await http.get(f"{url}/api/aicoach/webhook?job=sweep", headers=headers)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report
