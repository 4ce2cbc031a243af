"""Named points where a test may kill, delay or fail this process: dead code unless the bootstrap arms it."""

import asyncio
import os
import signal
from dataclasses import dataclass
from uuid import UUID

from aicoach.core.errors import Unavailable
from aicoach.core.model import JsonObject
from aicoach.core.ports import EventQueue, Subscription


class FailpointError(Unavailable):
    """What a failpoint raises when it is told to fail."""


@dataclass(slots=True)
class Failpoint:
    """One armed point: what happens at its ``nth`` hit from now on, once."""

    name: str
    action: str
    nth: int = 1


class Failpoints:
    """Spec: ``name=action[@nth]`` separated by commas; action is ``kill``, ``fail`` or ``delay:<seconds>``.

    Names are ``sql.<function>.before|after``, ``xadd.<event type>.before|after`` and ``tell.<msg>``.
    Raises ValueError for a spec that cannot be read, so that a typing error never passes as a green test.
    """

    def __init__(self, spec: str = "") -> None:
        self._armed = [self._parse(part) for part in spec.split(",") if part.strip()]

    @staticmethod
    def _parse(part: str) -> Failpoint:
        name, _, action = part.strip().partition("=")
        action, _, nth = action.partition("@")
        if not name or not (action in {"kill", "fail"} or action.startswith("delay:")):
            raise ValueError(f"not a failpoint: {part}")
        return Failpoint(name, action, int(nth or 1))

    async def hit(self, name: str) -> None:
        """Pass the point ``name``; does nothing unless it is armed."""
        for point in self._armed:
            if point.name == name:
                await self._act(point)

    async def _act(self, point: Failpoint) -> None:
        point.nth -= 1
        if point.nth != 0:
            return
        if point.action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif point.action == "fail":
            raise FailpointError(point.name)
        else:
            await asyncio.sleep(float(point.action.removeprefix("delay:")))


class FailpointQueue:
    """An event queue with a failpoint before and after each durable event, and before each word of progress."""

    def __init__(self, queue: EventQueue, failpoints: Failpoints) -> None:
        self._queue, self._failpoints = queue, failpoints

    async def emit_event(self, session_id: UUID, event: JsonObject) -> None:
        """See EventQueue."""
        if event["id"] is None:
            await self._failpoints.hit(f"tell.{event.get('msg', event['type'])}")
            await self._queue.emit_event(session_id, event)
            return
        await self._failpoints.hit(f"xadd.{event['type']}.before")
        await self._queue.emit_event(session_id, event)
        await self._failpoints.hit(f"xadd.{event['type']}.after")

    async def last_id(self, session_id: UUID) -> int:
        """See EventQueue."""
        return await self._queue.last_id(session_id)

    def follow(self, session_id: UUID, after: int) -> Subscription:
        """See EventQueue."""
        return self._queue.follow(session_id, after)


NONE = Failpoints()
