"""Start a run, look at it, cancel it."""

import hashlib
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Header, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.app.logs import bind
from aicoach.core.errors import IdempotencyMismatch, Invalid, RunActive, TooMany
from aicoach.core.model import Coach, JsonObject
from aicoach.core.planner import check_focus
from aicoach.core.ports import Started, StartRequest

router = APIRouter(tags=["session"])
Wired = Annotated[Container, Depends(container_of)]
Owner = Annotated[Caller, Depends(current_caller)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


class TooManyRuns(TooMany):
    """As many runs of this person as may be are being carried out, and the one asked for is none of them."""

    code, title = "too_many_runs", "Enough runs are under way already"


class StartBody(BaseModel):
    """What a person asks of a coach."""

    model_config = ConfigDict(extra="forbid")

    coach: str = Field("goals", min_length=1, max_length=64)
    focus: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(default=[], max_length=20)
    params: dict[str, Any] = {}


class StartAnswer(BaseModel):
    """Where to watch the run."""

    sessionId: UUID  # noqa: N815
    streamUrl: str  # noqa: N815
    status: str


@router.post("/session", status_code=201, responses={200: {"model": StartAnswer}})
async def start_session(
    body: StartBody,
    response: Response,
    background: BackgroundTasks,
    wired: Wired,
    caller: Owner,
    idempotency_key: Key = None,
) -> StartAnswer:
    """Start a run; 200 when one is joined, 409 when one is under way that does not cover this focus.

    Without a focus the person's preferred one counts. 429 when enough runs of other coaches are under way.
    """
    coach, params = _known_coach(wired, body), body.params
    model = _checked_params(coach, params)
    focus = check_focus(body.focus, tuple(coach.agents))
    started = await wired.store.start_session(
        StartRequest(
            user_id=caller.user_id,
            scope_id=coach.scope(caller.user_id, model),
            coach=coach.name,
            focus=focus,
            params=params,
            idempotency_key=idempotency_key,
            request_hash=_fingerprint(coach.name, focus, params),
            agents=tuple(coach.agents),
            runs_per_user=wired.settings.runs_per_user,
        )
    )
    if started.outcome == "too_many_runs":
        raise TooManyRuns(retry_after=wired.settings.lease_seconds)
    session_id = started.session["id"]
    bind(session_id=session_id)
    _refuse(started)
    if started.run is not None:
        task = wired.runner.start(started.run, started.events)
        background.add_task(_see_through, task)
    response.status_code = 201 if started.outcome == "created" else 200
    response.headers["x-session-id"] = session_id
    url = f"/api/aicoach/stream?sessionId={session_id}"
    return StartAnswer(sessionId=session_id, streamUrl=url, status=started.session["status"])


@router.get("/session/{session_id}")
async def get_session(session_id: UUID, response: Response, wired: Wired, caller: Owner) -> JsonObject:
    """How a run stands: its tasks, what it used, how many insights it has."""
    bind(session_id=str(session_id))
    response.headers["x-session-id"] = str(session_id)
    answer = await wired.store.get_session(caller.user_id, session_id)
    return _summary(answer["session"], answer["insights"])


@router.post("/session/{session_id}/cancel", status_code=202)
async def cancel_session(session_id: UUID, response: Response, wired: Wired, caller: Owner) -> JsonObject:
    """Ask a run to stop; one that nobody holds is stopped here. What it has written stays."""
    bind(session_id=str(session_id))
    response.headers["x-session-id"] = str(session_id)
    answer = await wired.store.cancel_session(caller.user_id, session_id)
    await wired.runner.publish(session_id, answer["events"])
    return {"sessionId": str(session_id), "status": answer["session"]["status"], "outcome": answer["outcome"]}


def _known_coach(wired: Container, body: StartBody) -> Coach[Any]:
    if body.coach not in wired.coaches:
        raise Invalid("There is no coach of this name.")
    return wired.coaches[body.coach]


def _checked_params(coach: Coach[Any], params: JsonObject) -> BaseModel | None:
    if coach.params is None:
        if params:
            raise Invalid("This coach takes no params.")
        return None
    try:
        return coach.params.model_validate(params)
    except ValidationError as error:
        raise Invalid("The params do not fit this coach.") from error


def _fingerprint(coach: str, focus: tuple[str, ...], params: JsonObject) -> str:
    text = json.dumps([coach, focus, params], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse(started: Started) -> None:
    if started.outcome == "run_active":
        raise RunActive(session_id=started.session["id"])
    if started.outcome == "idempotency_mismatch":
        raise IdempotencyMismatch(session_id=started.session["id"])


async def _see_through(task: Any) -> None:
    """The host keeps a request alive until its background task ends: so does the run."""
    await task


def _summary(session: JsonObject, insights: int) -> JsonObject:
    planned = session["plan"] or {"tasks": [], "skipped": {}}
    return {
        "sessionId": session["id"],
        "coach": session["coach"],
        "status": session["status"],
        "task_count": session["task_count"],
        "tasks": [_task(task["key"], session["tasks"]) for task in planned["tasks"]],
        "skipped": planned["skipped"],
        "usage": {name: session[name] for name in ("tokens_in", "tokens_out", "cost")},
        "insights": insights,
    }


def _task(key: str, marks: JsonObject) -> JsonObject:
    mark = marks.get(key, {"status": "pending", "attempts": 0, "ms": 0})
    return {"key": key} | {name: mark[name] for name in ("status", "attempts", "ms")}
