"""The event queue on Redis: durable events in a stream, every event over Pub/Sub, and notes for later."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from aicoach.core.errors import Unavailable
from aicoach.core.model import JsonObject
from aicoach.memory.kv_store.link import Links
from aicoach.memory.kv_store.slots import LEASE_SECONDS, StreamSlot, open_stream
from aicoach.memory.kv_store.stream import append_event, last_event_id, read_events
from aicoach.memory.kv_store.subscription import RedisSubscription
from aicoach.memory.kv_store.wire import encode_event, live_channel, note_key

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")
EVENT_TTL_SECONDS: Final = 900.0
NOTE_BYTES: Final = 64 * 1024

_log: Final = logging.getLogger("aicoach.kv")


class RedisEventQueue:
    """``core.ports.EventQueue`` on ``redis://`` or ``rediss://``; usable from several event loops.

    At most four connections per process and loop, however many streams are open. Making one touches nothing.
    Raises ValueError for a URL of another scheme. Options in its query, such as ``?ssl_ca_certs=``, are redis-py's.
    """

    def __init__(self, url: str, *, event_ttl: float = EVENT_TTL_SECONDS, stream_lease: float = LEASE_SECONDS) -> None:
        self._links = Links(url)
        self._event_ttl_ms, self._stream_lease = int(event_ttl * 1000), stream_lease

    async def emit_event(self, session_id: UUID, event: JsonObject) -> None:
        """Publish ``event``; one with an id also stays for ``event_ttl`` seconds after the last write.

        An id that the stream has already passed is no error: readers drop what they have seen.
        Raises Unavailable, ValueError for an id or number that cannot be sent.
        """
        line, event_id = encode_event(event), event["id"]
        if event_id is None:
            await self._links.run(lambda redis: redis.publish(live_channel(session_id), line))
        else:
            await append_event(self._links.current(), session_id, event_id, line, self._event_ttl_ms)

    async def next_events(self, session_id: UUID, after: int = 0) -> list[JsonObject]:
        """The durable events kept with an id above ``after``, oldest first; reading removes nothing. Unavailable."""
        return await read_events(self._links.current(), session_id, after)

    async def last_id(self, session_id: UUID) -> int:
        """The id of the newest durable event kept, 0 when there is none. Raises Unavailable."""
        return await last_event_id(self._links.current(), session_id)

    def follow(self, session_id: UUID, after: int) -> RedisSubscription:
        """Live events after ``after``; enter it before reading the store, so that nothing falls between."""
        return RedisSubscription(session_id, after, self._links.current)

    async def open_stream(self, user_id: UUID, limit: int) -> StreamSlot | None:
        """A slot for one more open stream, None at the limit; granted when Redis does not answer."""
        return await open_stream(self._links, user_id, limit, self._stream_lease)

    async def put_note(self, key: str, value: Any, ttl: float) -> bool:
        """Keep JSON ``value`` for ``ttl`` seconds; False when Redis does not answer: a note is a hope.

        Raises ValueError over 64 KB and for a ttl that is not positive.
        """
        text = json.dumps(value, separators=(",", ":"), allow_nan=False)
        if len(text) > NOTE_BYTES or ttl <= 0:
            raise ValueError("a note has at most 64 KB and a positive time to live")
        kept = await self._hope(lambda redis: redis.set(note_key(key), text, px=max(1, int(ttl * 1000))))
        return bool(kept)

    async def get_note(self, key: str) -> Any | None:
        """The note, or None when it is not there, whatever the reason."""
        text = await self._hope(lambda redis: redis.get(note_key(key)))
        return None if text is None else json.loads(text)

    async def delete_note(self, key: str) -> None:
        """Forget the note now; if Redis does not answer, its time to live does it."""
        await self._hope(lambda redis: redis.delete(note_key(key)))

    async def run(self, command: "Callable[[Redis], Awaitable[T]]") -> T:
        """Lend a connection to ``command``, which leaves no key without a time to live; see Link.run. Unavailable."""
        return await self._links.run(command)

    async def ping(self) -> None:
        """Raise Unavailable unless Redis answers."""
        await self._links.run(lambda redis: redis.ping())

    async def aclose(self) -> None:
        """Close this event loop's connections and tasks."""
        await self._links.aclose()

    async def _hope(self, command: Any) -> Any:
        try:
            return await self._links.run(command)
        except Unavailable:
            _log.debug("note_not_reached")
            return None
