"""The scripted model inside the running event loop, on a free loopback port: what tests hold in their hands."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from aicoach.local.ports import HOST
from aicoach.local.scripted_model.server import create_app
from aicoach.local.scripted_model.state import Behaviour, Call, State


@dataclass(frozen=True, slots=True)
class ScriptedModel:
    """A running server: where it is, what it will do, what it was asked."""

    base_url: str
    state: State

    def script(self, *then: Behaviour, default: Behaviour = "ok", **more: Any) -> None:
        """Do these, one request each, and ``default`` from then on; forget what was recorded."""
        self.state.script({"then": then, "default": default, **more})
        self.state.calls.clear()

    @property
    def calls(self) -> list[Call]:
        """Every request since the last script."""
        return self.state.calls

    @property
    def prompts(self) -> list[str]:
        """All messages of every request, as text."""
        return [json.dumps(call.body, ensure_ascii=False) for call in self.calls]


@asynccontextmanager
async def running(default: Behaviour = "ok") -> AsyncIterator[ScriptedModel]:
    """Serve until the block ends; whoever still waits for an answer then gets none."""
    state = State(default=default)
    listener = socket.socket()
    listener.bind((HOST, 0))
    config = uvicorn.Config(create_app(state), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield ScriptedModel(f"http://{HOST}:{listener.getsockname()[1]}/v1", state)
    finally:
        server.should_exit = True
        await task
        listener.close()
