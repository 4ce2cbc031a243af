"""A session as server-sent events: replay and live tail as one ordered read, for as long as somebody looks."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aicoach.app.runner import Runner
from aicoach.core.errors import NotFound, Unavailable
from aicoach.core.model import JsonObject, Status
from aicoach.core.ports import Clock, EventQueue, RunStore, Subscription
from aicoach.core.wire import EVENTS_VERSION

#: Without a live queue the store is asked this often.
_POLL_SECONDS: Final = 1.0
FIRST_BYTES: Final = b"retry: 1000\n: open\n\n"
HEARTBEAT: Final = b": hb\n\n"
ROTATE: Final = b": rotate\n\n"
#: How one connection is told an event: as the SSE frames that its reader expects.
View = Callable[[JsonObject], bytes]


def frame(event: JsonObject) -> bytes:
    """One event as one SSE frame: LF only, one ASCII line of JSON, an ``id:`` line only for durable events."""
    data = json.dumps(event, separators=(",", ":")).encode()
    if event["id"] is None:
        return b"data: " + data + b"\n\n"
    return b"id: %d\ndata: %b\n\n" % (event["id"], data)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a stream says something, and how long it lives; in seconds."""

    heartbeat: float
    rotation: float


class EventStream:
    """One connection to one session of one user, who was already found to own it."""

    def __init__(
        self,
        store: RunStore,
        queue: EventQueue,
        runner: Runner,
        clock: Clock,
        pace: Pace,
        user_id: UUID,
        session_id: UUID,
        cursor: int,
        drafts: Mapping[str, str],
        view: View = frame,
    ) -> None:
        self._store, self._queue, self._runner, self._clock, self._pace = store, queue, runner, clock, pace
        self._user_id, self._session_id, self._cursor, self._drafts = user_id, session_id, cursor, drafts
        self._view, self._done = view, False

    async def frames(self, session: JsonObject, events: Sequence[JsonObject]) -> AsyncIterator[bytes]:
        """All frames from the cursor on. ``session`` and ``events`` are what the store said at the door."""
        ends = time.monotonic() + self._pace.rotation
        yield FIRST_BYTES
        yield self._view(self._init(session))
        for part in self._advance(events):
            yield part
        if self._done:
            return
        if _orphaned(session):
            await self._adopt()
        async with self._queue.follow(self._session_id, self._cursor) as live:
            beat = time.monotonic() + self._pace.heartbeat
            while not self._done and time.monotonic() < ends:
                wait = max(0.0, min(ends, beat) - time.monotonic())
                event = await live.next(wait if live.healthy else min(wait, _POLL_SECONDS))
                parts = await (self._ask_store(live) if event is None else self._receive(event, live))
                for part in parts:
                    yield part
                if time.monotonic() >= beat and not self._done:
                    beat = time.monotonic() + self._pace.heartbeat
                    yield HEARTBEAT
                    if event is not None:
                        # A session that never falls silent is looked at all the same.
                        for part in await self._ask_store(live):
                            yield part
        if not self._done:
            yield ROTATE

    def _init(self, session: JsonObject) -> JsonObject:
        tasks = max(session["task_count"], 1)
        progress = 1.0 if Status(session["status"]).final else min(0.95, len(session["tasks"]) / tasks)
        return {
            "type": "init",
            "v": EVENTS_VERSION,
            "sessionId": str(self._session_id),
            "id": None,
            "at": self._clock.now().isoformat(),
            "status": session["status"],
            "progress": progress,
            "lastId": session["last_event_id"],
            "texts": dict(self._drafts),
        }

    def _advance(self, events: Sequence[JsonObject]) -> list[bytes]:
        """Frames of the durable events that follow the cursor without a gap."""
        parts = []
        for event in events:
            if event["id"] != self._cursor + 1:
                continue
            self._cursor = event["id"]
            parts.append(self._view(event))
            self._done = event["type"] == "done"
        return parts

    async def _receive(self, event: JsonObject, live: Subscription) -> list[bytes]:
        if event["id"] is None:
            return [self._view(event)]
        if event["id"] > self._cursor + 1:
            return await self._ask_store(live)
        return self._advance([event])

    async def _ask_store(self, live: Subscription) -> list[bytes]:
        """What the queue may have lost; and if nobody holds the run any more, this process takes it over."""
        try:
            session, events = await self._store.read_events(self._user_id, self._session_id, self._cursor)
            parts = self._advance(events)
            live.advance(self._cursor)
            if _orphaned(session):
                await self._adopt()
        except Unavailable:
            return []
        except NotFound:
            # The user deleted everything while looking; there is nothing left to tell.
            self._done = True
            return []
        return parts

    async def _adopt(self) -> None:
        try:
            await self._runner.adopt(self._user_id, self._session_id)
        except Unavailable:
            # Asked again at the next heartbeat.
            await asyncio.sleep(0)


def _orphaned(session: JsonObject) -> bool:
    return not Status(session["status"]).final and not session["leased"]
