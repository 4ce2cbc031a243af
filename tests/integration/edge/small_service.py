"""The smallest service behind the real edge: a route of every kind that can go wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from aicoach.app.bootstrap import NOWHERE
from aicoach.app.deps import Caller, KeySource, current_caller, require_cron
from aicoach.app.limits import RateLimits
from aicoach.app.middleware import install_edge
from aicoach.app.problems import install_problem_handlers
from aicoach.core.errors import LeaseLost, NotFound, RunActive, TooMany, Unavailable
from aicoach.memory.kv_store import RedisEventQueue
from tests.unit.edge.clocks import HeldClock

log = logging.getLogger(__name__)
CANARY = "PAN ABCPD1234Z"
Owner = Annotated[Caller, Depends(current_caller)]


@dataclass(frozen=True)
class SmallSettings:
    """What the edge reads of the settings."""

    jwt_issuer: str = "aicoach-web"
    jwt_audience: str = "aicoach"
    cron_secrets: tuple[str, ...] = ()
    trusted_proxies: int = 0


@dataclass
class SmallContainer:
    """What the edge reads of the container."""

    key_source: KeySource
    settings: SmallSettings = SmallSettings()
    clock: HeldClock = field(default_factory=HeldClock)
    #: Without rules nothing is counted: there is no Redis here.
    limits: RateLimits = field(default_factory=lambda: RateLimits({}, RedisEventQueue(NOWHERE), HeldClock()))


class Body(BaseModel):
    """A typical request."""

    model_config = ConfigDict(extra="forbid")

    insight: UUID
    amount: float = Field(0, ge=0)
    comment: str = Field("", max_length=10)
    tags: dict[str, int] = {}


class OddError(BaseException):
    """Neither an Exception nor anything the framework expects."""


async def _deep(depth: int) -> None:
    await _deep(depth + 1)


FAILURES: dict[str, Any] = {
    "defect": RuntimeError(CANARY),
    "value": ValueError(CANARY),
    "base": OddError(CANARY),
    "group": BaseExceptionGroup("group", [OddError(CANARY), ValueError(CANARY)]),
    "exit": SystemExit(CANARY),
    "interrupt": KeyboardInterrupt(CANARY),
    "cancelled": asyncio.CancelledError(CANARY),
    "not_found": NotFound(),
    "run_active": RunActive(session_id="3f2b8c1e-7d4a-4e7f-9b60-0c5d2a1e8f47"),
    "busy": TooMany(retry_after=7),
    "unavailable": Unavailable(),
    "lease": LeaseLost(),
    "teapot": HTTPException(418, CANARY),
    "http_401": HTTPException(401, CANARY, {"WWW-Authenticate": "Bearer"}),
    "http_503": HTTPException(503, CANARY),
    "http_599": HTTPException(599, CANARY),
}


def small_service(container: SmallContainer) -> FastAPI:
    """The service, wired as main.py wires the real one."""
    service = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    service.state.container = container

    @service.get("/me")
    async def me(caller: Owner) -> dict[str, str]:
        return {"user": str(caller.user_id)}

    @service.post("/write")
    async def write(body: Body) -> dict[str, Any]:
        return {"insight": str(body.insight)}

    @service.get("/typed/{number}")
    async def typed(number: int, flag: bool = False) -> dict[str, Any]:
        return {"number": number, "flag": flag}

    @service.api_route("/cron", methods=["GET", "POST"], dependencies=[Depends(require_cron)])
    async def cron() -> dict[str, bool]:
        return {"ran": True}

    _add_failures(service)
    install_problem_handlers(service)
    install_edge(service)
    return service


def _add_failures(service: FastAPI) -> None:
    @service.get("/fail/{name}")
    async def fail(name: str) -> None:
        raise FAILURES[name]

    @service.get("/recursion")
    async def recursion() -> None:
        await _deep(0)

    @service.get("/nan")
    async def nan() -> dict[str, float]:
        return {"a": float("nan")}

    @service.get("/echo")
    async def echo(request: Request) -> dict[str, str]:
        log.info(request.headers.get("x-note", "echoed"), extra={"task": "echo"})
        return {"requestId": request.state.request_id}

    @service.get("/stream")
    async def stream() -> StreamingResponse:
        headers = {"Cache-Control": "no-store, no-transform", "X-Powered-By": "haste"}
        return StreamingResponse(_frames(), media_type="text/event-stream", headers=headers)

    @service.get("/broken-stream")
    async def broken_stream() -> StreamingResponse:
        return StreamingResponse(_frames(broken=True), media_type="text/event-stream")

    @service.post("/api/aicoach/import")
    async def upload(file: UploadFile) -> dict[str, int]:
        return {"bytes": len(await file.read())}

    @service.get("/later")
    async def later(background: BackgroundTasks) -> dict[str, bool]:
        background.add_task(_explode)
        return {"ok": True}


def _explode() -> None:
    raise RuntimeError(CANARY)


async def _frames(broken: bool = False) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    if broken:
        raise RuntimeError(CANARY)
    yield b"data: {}\n\n"
