"""Many services in one process behind one server: to start and stop fourteen servers takes longer than their runs."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from jose import jwt

from aicoach.app.bootstrap import Container
from aicoach.app.main import create_app
from aicoach.local.ports import HOST


@asynccontextmanager
async def serve_many(containers: Sequence[Container]) -> AsyncIterator[list[str]]:
    """Serve each container on a port of its own until the block ends, then close them; gives their base URLs."""
    listeners = [socket.create_server((HOST, 0), backlog=64) for _ in containers]
    ports = [listener.getsockname()[1] for listener in listeners]
    apps = dict(zip(ports, map(create_app, containers), strict=True))
    async with _served(lambda scope: apps[scope["server"][1]], listeners, containers):
        yield [f"http://{HOST}:{port}" for port in ports]


@asynccontextmanager
async def serve_by_person(containers: Mapping[UUID, Container]) -> AsyncIterator[int]:
    """Serve all containers on one port, to each person their own: what stands behind one façade. Gives the port."""
    listener = socket.create_server((HOST, 0), backlog=64)
    apps = {str(user_id): create_app(wired) for user_id, wired in containers.items()}
    async with _served(lambda scope: apps[_subject(scope)], [listener], list(containers.values())):
        yield listener.getsockname()[1]


def _subject(scope: Any) -> str:
    """Whom the bearer token names; the chosen service verifies it."""
    token = dict(scope["headers"])[b"authorization"].decode().removeprefix("Bearer ")
    return str(jwt.get_unverified_claims(token)["sub"])


@asynccontextmanager
async def _served(
    choose: Callable[[Any], FastAPI], listeners: Sequence[socket.socket], containers: Sequence[Container]
) -> AsyncIterator[None]:
    async def chosen(scope: Any, receive: Any, send: Any) -> None:
        await choose(scope)(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(chosen, log_config=None, lifespan="off", timeout_graceful_shutdown=2))
    task = asyncio.create_task(server.serve(sockets=list(listeners)))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await task
        await asyncio.gather(*(wired.aclose() for wired in containers))
