"""Many streams that stay open: says when all are, then counts what is delivered to each."""

import asyncio
import sys
from typing import Any

from bench.client.http import BadAnswer, Connection

OPENING_AT_ONCE = 50
PATIENCE = 60.0


async def watch_streams(port: int, streams: list[list[str]], events: int) -> dict[str, Any]:
    """``streams`` are (session id, token); each is to deliver ``events`` durable events: ``{delivered, errors}``."""
    opening = asyncio.Semaphore(OPENING_AT_ONCE)
    opened = [asyncio.get_running_loop().create_future() for _ in streams]
    watchers = [
        asyncio.create_task(_watch(port, session_id, token, events, opening, future))
        for (session_id, token), future in zip(streams, opened, strict=True)
    ]
    await asyncio.gather(*opened)
    sys.stdout.write("opened\n")
    sys.stdout.flush()
    counts = await asyncio.gather(*watchers)
    return {"delivered": sum(counts), "errors": sum(count != events for count in counts)}


async def _watch(
    port: int, session_id: str, token: str, events: int, opening: asyncio.Semaphore, opened: "asyncio.Future[None]"
) -> int:
    last = 1
    try:
        async with asyncio.timeout(PATIENCE):
            await opening.acquire()
            connection = await Connection.open(port)
            async for frame in connection.stream(f"/api/aicoach/stream?sessionId={session_id}", token):
                # The session's first event is already there; it comes on opening.
                if frame.id == 1:
                    opening.release()
                    opened.set_result(None)
                elif frame.id == last + 1:
                    last += 1
                if last == events + 1:
                    break
            connection.close()
    except (BadAnswer, OSError, EOFError, TimeoutError):
        if not opened.done():
            opening.release()
            opened.set_result(None)
    return last - 1
