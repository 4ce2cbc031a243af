"""The one writer of a run's events: durable ones after their commit and in id order, transient ones at once."""

import asyncio
import heapq
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from aicoach.core.model import JsonObject
from aicoach.core.observe import observe
from aicoach.core.ports import EventQueue

_log: Final = logging.getLogger("aicoach.relay")


class Relay:
    """Publishes each durable event once, without gaps: what cannot be published waits for the next try.

    Losing the queue never stops a run: whoever reads asks the store for what is missing.
    """

    def __init__(self, queue: EventQueue, session_id: UUID, published: int = 0) -> None:
        self._queue, self._session_id, self._published = queue, session_id, published
        self._waiting: list[tuple[int, JsonObject]] = []
        self._turn = asyncio.Lock()

    async def publish(self, events: Sequence[JsonObject]) -> None:
        """Hand over committed events; they go out as soon as every earlier one has."""
        with observe("relay", events=len(events)) as about:
            for event in events:
                if event["id"] > self._published:
                    heapq.heappush(self._waiting, (event["id"], event))
            await self._flush()
            about["waiting"] = len(self._waiting)

    async def drain(self, tries: int = 3) -> None:
        """Give what still waits a last chance."""
        for attempt in range(tries):
            await self._flush()
            if not self._waiting:
                return
            await asyncio.sleep(0.05 * 2**attempt)
        _log.warning("events_left_to_the_store", extra={"waiting": len(self._waiting)})

    async def tell(self, at: datetime, msg: str, progress: float, task: str | None = None) -> None:
        """A transient status line: it moves no cursor, and nobody misses it."""
        event: JsonObject = {
            "type": "status",
            "sessionId": str(self._session_id),
            "id": None,
            "at": at.isoformat(),
            "msg": msg,
            "progress": round(progress, 3),
        }
        if task is not None:
            event["task"] = task
        await self.tell_event(event)

    async def tell_token(self, at: datetime, insight_key: str, text: str) -> None:
        """A guarded sentence of a card that is being written."""
        await self.tell_event(
            {
                "type": "token",
                "sessionId": str(self._session_id),
                "id": None,
                "at": at.isoformat(),
                "insightKey": insight_key,
                "text": text,
            }
        )

    async def tell_event(self, event: JsonObject) -> None:
        """Any transient event."""
        try:
            await self._queue.emit_event(self._session_id, event)
        except Exception as error:  # noqa: BLE001 - liveness only; the run must go on
            _log.debug("transient_event_lost", extra={"error": type(error).__name__})

    async def _flush(self) -> None:
        async with self._turn:
            while self._waiting and self._waiting[0][0] <= self._published + 1:
                event_id, event = self._waiting[0]
                if event_id == self._published + 1:
                    try:
                        await self._queue.emit_event(self._session_id, event)
                    except Exception as error:  # noqa: BLE001 - the store has it; the next flush tries again
                        _log.warning("event_not_published", extra={"event_id": event_id, "error": type(error).__name__})
                        return
                    self._published = event_id
                heapq.heappop(self._waiting)
