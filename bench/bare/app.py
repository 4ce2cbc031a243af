"""The same two calls over HTTP: start a session, watch it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from jose import JWTError, jwt

from bench.bare.database import Database
from bench.bare.live import Live

if TYPE_CHECKING:
    from bench.bare.run import BareRuns
    from bench.meter import Meter

HEARTBEAT_SECONDS = 10.0
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}

CarryOut = Callable[[dict[str, Any]], Awaitable[None]]


def create_app(env: Mapping[str, str], carrier: "Callable[[BareRuns], CarryOut] | None" = None) -> FastAPI:
    """The bare service; ``carrier`` lets a peer's engine carry out the same steps instead."""
    database, live = Database(env["AICOACH_DATABASE_URL"]), Live(env["AICOACH_REDIS_URL"])

    @cache
    def carrying() -> "tuple[CarryOut, Meter]":
        # The first answer need not wait for the coach to be imported.
        from bench.bare.run import BareRuns
        from bench.meter import Meter, meter_words

        meter = Meter()
        meter_words(meter)
        runs = BareRuns(database, live, meter)
        return carrier(runs) if carrier else runs.carry_out, meter

    if carrier:
        # DBOS wants its workflows before there is an event loop.
        carrying()

    async def carry_out(started: dict[str, Any]) -> None:
        await carrying()[0](started)

    async def read_meter() -> dict[str, float]:
        return carrying()[1].read()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.open()
        yield
        await live.close()
        await database.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/bench/meter", read_meter)
    app.add_api_route("/api/aicoach/healthz", lambda: {"ok": True})
    key = env["AICOACH_JWT_PUBLIC_KEY"]

    @app.post("/api/aicoach/session")
    async def start(request: Request, background: BackgroundTasks) -> JSONResponse:
        user_id, body = _caller(request, key), await request.json()
        started = await database.call("ai_start_session", _start_argument(user_id, body), user_id)
        session_id = started["session"]["id"]
        background.add_task(carry_out, started)
        answer = {"sessionId": session_id, "streamUrl": f"/api/aicoach/stream?sessionId={session_id}"}
        return JSONResponse(answer, status_code=201, background=background)

    @app.get("/api/aicoach/stream")
    async def stream(request: Request, sessionId: UUID) -> StreamingResponse:  # noqa: N803
        user_id = _caller(request, key)
        inbox = await live.listen(str(sessionId))
        argument = {"session_id": str(sessionId), "after": 0}
        found = await database.call("ai_get_session", argument, user_id, read_only=True)
        frames = _frames(live, inbox, str(sessionId), found)
        return StreamingResponse(frames, media_type="text/event-stream", headers=HEADERS)

    return app


def _caller(request: Request, key: str) -> UUID:
    token = request.headers["authorization"].removeprefix("Bearer ")
    try:
        claims = jwt.decode(token, key, algorithms=["RS256"], audience="aicoach", issuer="aicoach-web")
    except JWTError as error:
        raise HTTPException(401) from error
    return UUID(claims["sub"])


def _start_argument(user_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    asked = {"scope_id": str(user_id), "coach": "goals", "focus": body.get("focus", []), "params": {}}
    return asked | {"trigger": "manual", "lease_seconds": 30, "call_id": str(uuid4())}


async def _frames(live: Live, inbox: "asyncio.Queue[str]", session_id: str, found: Any) -> AsyncIterator[bytes]:
    cursor = 0
    try:
        yield b"retry: 1000\n: open\n\n"
        init = {"type": "init", "sessionId": session_id, "id": None, "status": found["session"]["status"]}
        yield b"data: " + json.dumps(init).encode() + b"\n\n"
        for event in found["events"]:
            cursor = event["id"]
            yield _frame(cursor, json.dumps(event, separators=(",", ":")))
            if event["type"] == "done":
                return
        while True:
            try:
                line = await asyncio.wait_for(inbox.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": hb\n\n"
                continue
            event = json.loads(line)
            if event["id"] is not None and event["id"] <= cursor:
                continue
            cursor = event["id"] or cursor
            yield _frame(event["id"], line)
            if event["type"] == "done":
                return
    finally:
        await live.leave(session_id)


def _frame(event_id: int | None, line: str) -> bytes:
    head = b"" if event_id is None else b"id: %d\n" % event_id
    return head + b"data: " + line.encode() + b"\n\n"
