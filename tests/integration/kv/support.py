"""Words that the queue's tests share: events, waiting, taking."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aicoach.memory.kv_store import RedisSubscription

Event = dict[str, Any]


async def wait_until(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    """Return as soon as ``condition`` (plain or async) is true; the bound is only there to end a broken test."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if await answer if isinstance(answer, Awaitable) else answer:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the condition never came true")


def durable(event_id: int, **more: Any) -> Event:
    """A durable event."""
    return {"type": "insight", "id": event_id, **more}


def transient(text: str) -> Event:
    """A transient event."""
    return {"type": "token", "id": None, "text": text}


async def take(follower: RedisSubscription, count: int, seconds: float = 30.0) -> list[Event]:
    """The next ``count`` events; fewer only when they never come."""
    taken: list[Event] = []
    deadline = time.monotonic() + seconds
    while len(taken) < count and time.monotonic() < deadline:
        event = await follower.next(1.0)
        if event is not None:
            taken.append(event)
    return taken


def ids(events: list[Event]) -> list[int | None]:
    """The ids of events."""
    return [event["id"] for event in events]
