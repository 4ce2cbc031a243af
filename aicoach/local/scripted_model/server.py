"""The HTTP side: chat completions and models under /v1, and the script and its record beside them."""

import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aicoach.local.scripted_model.asked import read_prompt
from aicoach.local.scripted_model.behaviours import BEHAVIOURS, Turn
from aicoach.local.scripted_model.state import Behaviour, State


def create_app(state: State) -> Starlette:
    """The server over ``state``, which a test in the same process may also hold."""

    async def complete(request: Request) -> Response:
        body = await request.json()
        asked = read_prompt(body.get("messages", ()))
        behaviour = state.record(body, dict(request.headers), asked.text, str(body.get("model", "")))
        name, argument = named(behaviour)
        return BEHAVIOURS[name](Turn(request, body, asked, state, argument))

    async def models(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "aicoach"}]})

    async def script(request: Request) -> Response:
        told = json.loads(await request.body() or b"{}")
        state.script(told)
        return JSONResponse({"ok": True})

    async def calls(request: Request) -> Response:
        rows = [{"body": call.body, "at": call.at, "behaviour": call.behaviour} for call in state.calls]
        return JSONResponse({"count": len(rows), "calls": rows})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/models", models),
            Route("/_script", script, methods=["POST"]),
            Route("/_calls", calls),
        ]
    )


def named(behaviour: Behaviour) -> tuple[str, Any]:
    """The behaviour's name and argument; an unknown one answers 500 rather than something unasked."""
    if isinstance(behaviour, str):
        return (behaviour, None) if behaviour in BEHAVIOURS else ("500", None)
    name, argument = next(iter(behaviour.items()))
    return name, argument
