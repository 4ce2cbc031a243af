"""A thousand open streams: connections, memory, and what one delivered event costs."""

import asyncio
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from redis.asyncio import Redis

from bench.client.process import ClientProcess
from bench.load import Arm
from bench.measure import connections_to, cpu_seconds, resident_bytes
from bench.servers import Server, serving
from bench.world import World

#: Both crowds get events at this pace, all streams together, so that only the number of streams differs.
EVENTS_PER_SECOND = 1000
_TEXT = "Your portfolio is worth less than a month ago, and here is by how much. " * 6


@dataclass(frozen=True)
class Crowd:
    """What ``streams`` open streams did and cost; CPU in seconds, memory in bytes."""

    arm: str
    streams: int
    delivered: int
    errors: int
    cpu: float
    #: CPU of as long a time without any event: heartbeats.
    idle_cpu: float
    seconds: float
    redis_connections: int
    grown: int

    @property
    def event_cpu(self) -> float:
        """CPU seconds that one delivered event adds to what open streams cost anyway."""
        return (self.cpu - self.idle_cpu) / self.delivered if self.delivered else math.nan

    @property
    def memory(self) -> float:
        """Bytes that one more open stream takes."""
        return self.grown / self.streams


def watch_crowds(world: World, arm: Arm, logs: Path, few: int, many: int, events: int) -> tuple[Crowd, Crowd]:
    """The same process with ``few`` and then with ``many`` streams; ``events`` are delivered in all, each time."""
    with serving(arm.name, world.env(**arm.env), logs / f"{arm.name}.log", arm.argv) as server:
        return _crowd(world, server, few, events), _crowd(world, server, many, events)


def _crowd(world: World, server: Server, streams: int, events: int) -> Crowd:
    sessions, each = world.open_sessions(streams), events // streams
    pairs = [[str(session), token] for session, token in zip(sessions, world.tokens(streams), strict=True)]
    resident = resident_bytes(server.pid)
    client = ClientProcess("streams", port=server.port, streams=pairs, events=each)
    if client.line() != "opened":
        raise RuntimeError("The streams did not open.")
    grown = resident_bytes(server.pid) - resident
    links = connections_to(server.pid, world.stack.ports.kv)

    began = cpu_seconds(server.pid)
    time.sleep(streams * each / EVENTS_PER_SECOND)
    rested = cpu_seconds(server.pid)
    seconds = asyncio.run(_publish(world.stack.redis_url, sessions, each))
    result = client.result()
    cpu = cpu_seconds(server.pid) - rested
    world.forget()
    delivered, errors, idle_cpu = result["delivered"], result["errors"], rested - began
    return Crowd(server.arm, streams, delivered, errors, cpu, idle_cpu, seconds, links, grown)


async def _publish(url: str, sessions: Sequence[UUID], each: int) -> float:
    """Durable events as a relay sends them, at a steady pace; how many seconds it took."""
    began, sent = time.monotonic(), 0
    async with Redis.from_url(url, protocol=2) as redis:
        for event_id in range(2, each + 2):
            for session in sessions:
                event = {"type": "status", "sessionId": str(session), "id": event_id, "msg": "bench", "text": _TEXT}
                line = json.dumps(event, separators=(",", ":"))
                pipe = redis.pipeline(transaction=True)
                pipe.xadd(f"aicoach:events:{session}", {"e": line}, id=f"{event_id}-0")
                pipe.pexpire(f"aicoach:events:{session}", 60_000)
                pipe.publish(f"aicoach:live:{session}", line)
                await pipe.execute()
                sent += 1
                early = began + sent / EVENTS_PER_SECOND - time.monotonic()
                if early > 0.002:
                    await asyncio.sleep(early)
    return time.monotonic() - began
