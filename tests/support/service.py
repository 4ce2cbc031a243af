"""The service over real HTTP, in this process: uvicorn on a free loopback port."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import uvicorn
from fastapi import FastAPI

from tests.support.people import Person
from tests.support.sse import read_frames


@asynccontextmanager
async def serve(app: FastAPI) -> AsyncIterator[str]:
    """Serve ``app`` until the block ends; gives its base URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


class Client:
    """A person's view of a running service."""

    def __init__(self, http: httpx.AsyncClient, person: Person) -> None:
        self.http, self.person = http, person

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any call, signed for this person."""
        headers = self.person.headers | options.pop("headers", {})
        return await self.http.request(method, f"/api/aicoach{path}", headers=headers, **options)

    async def start(self, **body: Any) -> UUID:
        """Start a run and give its id."""
        answer = await self.call("POST", "/session", json=body)
        assert answer.status_code in {200, 201}, answer.text
        return UUID(answer.json()["sessionId"])

    async def watch(
        self, session_id: UUID, after: int | None = None, stop_after: int | None = None
    ) -> list[dict[str, Any]]:
        """All events of one connection, in order; ``stop_after`` hangs up after so many durable ones."""
        headers = self.person.headers | ({"Last-Event-ID": str(after)} if after is not None else {})
        events: list[dict[str, Any]] = []
        durable = 0
        url = f"/api/aicoach/stream?sessionId={session_id}"
        async with self.http.stream("GET", url, headers=headers, timeout=60) as response:
            if response.status_code == 204:
                return events
            assert response.status_code == 200, await response.aread()
            async for frame in read_frames(response):
                if frame.event is None:
                    continue
                events.append(frame.event)
                durable += frame.event["id"] is not None
                if stop_after is not None and durable >= stop_after:
                    break
        return events

    async def run(self, **body: Any) -> list[dict[str, Any]]:
        """Start a run and watch it to its end: the durable events."""
        session_id = await self.start(**body)
        return [event for event in await self.watch(session_id) if event["id"] is not None]
