"""Reads server-sent events from a real response, byte by byte as a browser would."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Frame:
    """One SSE frame: comments and retry have no event."""

    event: dict[str, Any] | None
    id: str | None
    raw: str


async def read_frames(response: httpx.Response) -> AsyncIterator[Frame]:
    """Frames as they arrive, until the server closes."""
    pending = b""
    async for chunk in response.aiter_raw():
        pending += chunk
        while b"\n\n" in pending:
            block, pending = pending.split(b"\n\n", 1)
            yield parse(block.decode())


def parse(block: str) -> Frame:
    """One block between blank lines; refuses what our contract forbids: CR, ``event:`` and several data lines."""
    assert "\r" not in block, "LF only"
    data: list[str] = []
    event_id = None
    for line in block.split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        assert name in {"", "data", "id", "retry"}, f"unexpected field {name!r}"
        if name == "data":
            data.append(value)
        elif name == "id":
            event_id = value
    assert len(data) <= 1, "one JSON line per frame"
    event = json.loads(data[0]) if data else None
    return Frame(event, event_id, block)
