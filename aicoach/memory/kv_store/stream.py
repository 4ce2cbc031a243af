"""A session's durable events as a Redis Stream: append, read after a cursor, the last id."""

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aicoach.core.model import JsonObject
from aicoach.memory.kv_store.link import Link
from aicoach.memory.kv_store.wire import FIELD, decode_event, events_key, live_channel

if TYPE_CHECKING:
    from redis.asyncio import Redis

EVENTS_KEPT: Final = 1000

_ALREADY_PUBLISHED: Final = "equal or smaller than the target stream top item"


async def append_event(link: Link, session_id: UUID, event_id: int, line: str, ttl_ms: int) -> None:
    """Append and publish in one MULTI, so that a cut connection cannot leave a stream without a time to live.

    Redis refuses an id that it has passed: already published, no error. Raises Unavailable.
    """
    key = events_key(session_id)

    async def append(redis: "Redis") -> None:
        pipe = redis.pipeline(transaction=True)
        pipe.xadd(key, {FIELD: line}, id=f"{event_id}-0", maxlen=EVENTS_KEPT, approximate=True)
        pipe.pexpire(key, ttl_ms)
        pipe.publish(live_channel(session_id), line)
        for answer in await pipe.execute(raise_on_error=False):
            if isinstance(answer, Exception) and _ALREADY_PUBLISHED not in str(answer):
                raise answer

    await link.run(append)


async def read_events(link: Link, session_id: UUID, after: int, count: int | None = None) -> list[JsonObject]:
    """At most ``count`` events with an id above ``after``, oldest first; reading removes nothing. Unavailable."""

    async def read(redis: "Redis") -> Any:
        return await redis.xrange(events_key(session_id), min=f"{after + 1}-0", count=count)

    events = [decode_event(fields[FIELD.encode()]) for _, fields in await link.run(read)]
    return [event for event in events if event is not None]


async def last_event_id(link: Link, session_id: UUID) -> int:
    """The id of the newest event kept, 0 when there is none. Raises Unavailable."""

    async def read(redis: "Redis") -> Any:
        return await redis.xrevrange(events_key(session_id), count=1)

    entries = await link.run(read)
    return int(entries[0][0].partition(b"-")[0]) if entries else 0
