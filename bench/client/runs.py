"""People who press Run Coach and watch until ``done``: so many at once, each one run."""

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from typing import Any

from bench.client.http import BadAnswer, Connection

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One run as its person saw it; times in milliseconds from sending the POST. ``error`` is empty when all came."""

    answered: float = 0.0
    first: float = 0.0
    done: float = 0.0
    events: int = 0
    error: str = ""


async def watch_runs(port: int, tokens: list[str], parallel: int, focus: list[str]) -> dict[str, Any]:
    """One run per token, ``parallel`` at a time: ``{seconds, runs: [Seen]}``."""
    connections = await asyncio.gather(*(Connection.open(port) for _ in range(parallel)))
    waiting, seen = list(reversed(tokens)), list[Seen]()
    body = json.dumps({"focus": focus}).encode()

    async def person(connection: Connection) -> None:
        while waiting:
            seen.append(await _one(connection, waiting.pop(), body))

    began = time.perf_counter()
    await asyncio.gather(*(person(connection) for connection in connections))
    seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return {"seconds": seconds, "runs": [asdict(run) for run in seen]}


async def _one(connection: Connection, token: str, body: bytes) -> Seen:
    try:
        async with asyncio.timeout(PATIENCE):
            return await _run(connection, token, body)
    except (BadAnswer, OSError, EOFError, TimeoutError, ValueError) as error:
        return Seen(error=f"{type(error).__name__}: {error}")


async def _run(connection: Connection, token: str, body: bytes) -> Seen:
    began = time.perf_counter()
    status, answer = await connection.post("/api/aicoach/session", token, body)
    answered = first = (time.perf_counter() - began) * 1000
    if status != 201:
        raise BadAnswer(f"session answered {status}")
    events, done = 0, 0.0
    async for frame in connection.stream(json.loads(answer)["streamUrl"], token):
        if frame.id is None:
            continue
        events += 1
        if frame.id != events:
            raise BadAnswer(f"event {frame.id} came in place of {events}")
        if events == 1:
            first = (time.perf_counter() - began) * 1000
        if frame.is_done:
            done = (time.perf_counter() - began) * 1000
    if not done:
        raise BadAnswer("the stream ended without done")
    return Seen(answered, first, done, events)
