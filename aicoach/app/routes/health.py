"""Is the process alive; is it ready for work."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from aicoach.app.bootstrap import Container
from aicoach.app.deps import container_of

router = APIRouter(tags=["health"])
_CACHE_SECONDS: Final = 5.0
_NEVER: Final[tuple[float, dict[str, str]]] = (float("-inf"), {})


@router.get("/api/aicoach/healthz")
async def healthz() -> dict[str, object]:
    """The process answers; nothing else is touched."""
    return {"ok": True, "service": "aicoach"}


@router.get("/health")
async def health() -> dict[str, str]:
    """The same probe under its older name."""
    return {"status": "ok"}


@router.get("/api/aicoach/readyz")
async def readyz(request: Request, wired: Annotated[Container, Depends(container_of)]) -> JSONResponse:
    """200 when database and queue answer, else 503; what was found is kept for five seconds."""
    now = wired.clock.monotonic()
    at, parts = getattr(request.app.state, "ready", _NEVER)
    if now - at >= _CACHE_SECONDS:
        found = await asyncio.gather(wired.store.transport.ping(), wired.queue.ping(), return_exceptions=True)
        parts = {name: "ok" if answer is None else "down" for name, answer in zip(("db", "kv"), found, strict=True)}
        request.app.state.ready = (now, parts)
    # Without its queue the service still works; without its database it cannot.
    ready = parts["db"] == "ok"
    headers = {} if ready else {"Retry-After": "5"}
    return JSONResponse(parts, status_code=200 if ready else 503, headers=headers)
