"""The live view of a run: server-sent events with resume."""

from collections.abc import AsyncIterator, Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse

from aicoach.app.agui import AgUiView
from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.app.logs import bind
from aicoach.app.streaming import HEARTBEAT, EventStream, Pace, frame
from aicoach.core.errors import TooMany
from aicoach.core.model import JsonObject, Status
from aicoach.core.model_voice import drafts_key
from aicoach.core.observe import observe
from aicoach.memory.kv_store import StreamSlot

router = APIRouter(tags=["stream"])
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


class Format(StrEnum):
    """The views of a run."""

    COACH = "coach"
    AG_UI = "ag-ui"


class EventStreamResponse(StreamingResponse):
    """``text/event-stream`` without a charset guess and without compression."""

    media_type = "text/event-stream"


@router.get("/stream", response_class=EventStreamResponse)
async def stream_session(
    session_id: Annotated[UUID, Query(alias="sessionId")],
    wired: Annotated[Container, Depends(container_of)],
    caller: Annotated[Caller, Depends(current_caller)],
    last_event_header: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
    last_event_query: Annotated[str | None, Query(alias="lastEventId")] = None,
    told_as: Annotated[Format, Query(alias="format")] = Format.COACH,
) -> Response:
    """Everything after the cursor, then what happens next; 204 at or after ``done``; 404 for a stranger's."""
    bind(session_id=str(session_id))
    cursor = read_cursor(last_event_header if last_event_header is not None else last_event_query)
    session, events = await wired.store.read_events(caller.user_id, session_id, cursor)
    headers = HEADERS | {"x-session-id": str(session_id)}
    if Status(session["status"]).final and cursor >= session["last_event_id"]:
        return Response(status_code=204, headers=headers)
    if cursor > session["last_event_id"]:
        # A cursor we never gave out: the whole story again beats silence.
        cursor = 0
        session, events = await wired.store.read_events(caller.user_id, session_id, cursor)
    slot = await wired.queue.open_stream(caller.user_id, wired.settings.streams_per_user)
    if slot is None:
        raise TooMany("Too many open streams; close one first.", retry_after=5)
    pace = Pace(wired.settings.heartbeat_seconds, wired.settings.rotation_seconds)
    drafts = await wired.queue.get_note(drafts_key(session_id)) if wired.model is not None else None
    view = AgUiView(session, cursor) if told_as is Format.AG_UI else frame
    live = EventStream(
        wired.store,
        wired.queue,
        wired.runner,
        wired.clock,
        pace,
        caller.user_id,
        session_id,
        cursor,
        drafts or {},
        view,
    )
    return EventStreamResponse(_held(slot, live, session, events), headers=headers)


def read_cursor(text: str | None) -> int:
    """The id a browser saw last; anything that is no such id means: from the start."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 9 else 0


async def _held(
    slot: StreamSlot, live: EventStream, session: JsonObject, events: Sequence[JsonObject]
) -> AsyncIterator[bytes]:
    """The frames, while the slot is held; a stream that dies unseen loses its slot by itself."""
    try:
        with observe("stream"):
            async for part in live.frames(session, events):
                yield part
                if part == HEARTBEAT:
                    await slot.renew()
    finally:
        # A reader who leaves cancels this task; giving the slot back must not be cancelled with it.
        with anyio.CancelScope(shield=True):
            await slot.release()
