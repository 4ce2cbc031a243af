"""The service as processes of its own that may be killed, and a browser that survives it."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx

from aicoach.local import environment
from aicoach.local.paths import ROOT
from aicoach.local.ports import HOST
from tests.support.sse import read_frames

#: A killed run is an orphan after this long; small, because the tests wait for it, many hundred times.
LEASE_SECONDS = 1
HEARTBEAT_SECONDS = 0.2
#: How long a browser waits after "come back later".
COME_BACK_SECONDS = 0.1
#: The service's own, and what a façade says in its place.
COME_BACK = {502, 503, 504}


class ServiceProcess:
    """One process with one service in it, on a port of its own."""

    def __init__(self, pid: int, port: int, log: Path, signal_it: Callable[[int, int], None]) -> None:
        self.pid, self.url, self.log, self._signal_it = pid, f"http://{HOST}:{port}", log, signal_it
        self.gone: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def was_killed(self) -> bool:
        """True once SIGKILL has ended it, whoever sent it."""
        return self.gone.done() and self.gone.result() == -signal.SIGKILL

    async def kill(self) -> None:
        """SIGKILL; dead when this returns."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end, and wait; nothing happens to one that is dead."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        self._signal_it(self.pid, number)
        await self.gone


class Services:
    """Starts service processes, each with settings of its own, from a nursery that has imported everything."""

    def __init__(self, nursery: asyncio.subprocess.Process, env: Mapping[str, str], logs: Path) -> None:
        self._nursery, self._env, self._logs = nursery, dict(env), logs
        self._alive: dict[int, ServiceProcess] = {}
        self._wanted: list[asyncio.Future[ServiceProcess]] = []
        self._count = 0
        self._reader = asyncio.create_task(self._read(), name="nursery")

    async def start(self, **settings: object) -> ServiceProcess:
        """A new process with these settings (``failpoints="…"`` is AICOACH_FAILPOINTS); it listens already."""
        named = {f"AICOACH_{name.upper()}": str(value) for name, value in settings.items()}
        self._count += 1
        born: asyncio.Future[ServiceProcess] = asyncio.get_running_loop().create_future()
        self._wanted.append(born)
        self._order({"env": self._env | named, "log": str(self._log(self._count))})
        return await born

    async def aclose(self) -> None:
        """End the nursery, and with it every process it bore."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        await self._nursery.wait()
        await self._reader

    def _order(self, order: Mapping[str, object]) -> None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps(order).encode() + b"\n")

    def _signal(self, pid: int, number: int) -> None:
        self._order({"end": pid, "signal": number})

    async def _read(self) -> None:
        """News come in the order of the requests: one reader, one writer."""
        assert self._nursery.stdout is not None
        born = 0
        async for line in self._nursery.stdout:
            news = json.loads(line)
            if "born" in news:
                born += 1
                service = ServiceProcess(news["born"], news["port"], self._log(born), self._signal)
                self._alive[service.pid] = service
                self._wanted[born - 1].set_result(service)
            else:
                self._alive.pop(news["dead"]).gone.set_result(news["code"])

    def _log(self, number: int) -> Path:
        return self._logs / f"service-{number}.log"


@asynccontextmanager
async def services(stack_env: Mapping[str, str], logs: Path) -> AsyncIterator[Services]:
    """Services on the parts that ``stack_env`` names, with leases and heartbeats short enough to wait for."""
    pace = {"AICOACH_LEASE_SECONDS": str(LEASE_SECONDS), "AICOACH_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS)}
    env = {**environment.base(), **stack_env, **pace}
    pipe = asyncio.subprocess.PIPE
    argv = [sys.executable, "-m", "tests.support.nursery"]
    nursery = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, cwd=ROOT, env=env)
    started = Services(nursery, env, logs)
    try:
        yield started
    finally:
        await started.aclose()


class Somebody(Protocol):
    """Whoever presses Run Coach, and what their requests carry."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def headers(self) -> dict[str, str]: ...


@dataclass
class Browser:
    """What an EventSource does: reconnects with the last id it saw, and drops what it has already shown."""

    http: httpx.AsyncClient
    person: Somebody
    body: Mapping[str, Any]
    key: str = field(default_factory=lambda: str(uuid4()))
    session_id: UUID | None = None
    #: Durable events in the order they were shown.
    shown: list[dict[str, Any]] = field(default_factory=list)
    #: Ids of every durable frame that came, repeats included.
    received: list[int] = field(default_factory=list)
    done: bool = False
    #: Where runs are started and streamed: the service's own paths, or those of the façade in front of it.
    start_path: str = "/api/aicoach/session"
    stream_path: str = "/api/aicoach/stream"

    async def press(self, url: str) -> bool:
        """Press Run Coach; False when no answer came, or "come back later". A repeat means the same run."""
        headers = self.person.headers | {"Idempotency-Key": self.key}
        try:
            answer = await self.http.post(f"{url}{self.start_path}", json=dict(self.body), headers=headers)
        except httpx.TransportError:
            return False
        if answer.status_code in COME_BACK:
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
        address = f"{url}{self.stream_path}?sessionId={self.session_id}"
        async with self.http.stream("GET", address, headers=dict(headers)) as response:
            if response.status_code == 204:
                self.done = True
                return
            if response.status_code in COME_BACK:
                await asyncio.sleep(COME_BACK_SECONDS)
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
