"""How many streams a user has open, across all processes; what a killed process held expires by itself."""

import logging
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from aicoach.core.errors import Unavailable
from aicoach.memory.kv_store.link import Links
from aicoach.memory.kv_store.wire import streams_key

if TYPE_CHECKING:
    from redis.asyncio import Redis

LEASE_SECONDS: Final = 45.0

_log: Final = logging.getLogger("aicoach.kv")

# Redis's clock decides, so processes with different clocks agree. A limit of 0 renews without counting.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local limit = tonumber(ARGV[2])
if limit > 0 and redis.call('ZCARD', KEYS[1]) >= limit then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""


class StreamSlot:
    """The right to keep one stream open; renew it well within its lease, release it when the stream ends."""

    def __init__(self, links: Links, user_id: UUID, lease: float) -> None:
        self._links, self._key, self._token = links, streams_key(user_id), uuid4().hex
        self._lease_ms = int(lease * 1000)

    async def take(self, limit: int) -> bool:
        """Take the slot unless ``limit`` are taken; True as well when Redis does not answer (open for reads)."""

        async def ask(redis: "Redis") -> bool:
            args: list[str | int] = [self._token, limit, self._lease_ms]
            return bool(await redis.register_script(_TAKE)(keys=[self._key], args=args))

        try:
            return await self._links.run(ask)
        except Unavailable:
            _log.debug("stream_slot_not_counted")
            return True

    async def renew(self) -> None:
        """Keep the slot for another lease; call it at each heartbeat."""
        await self.take(0)

    async def release(self) -> None:
        """Free the slot; if Redis does not answer, its lease ends it."""
        try:
            await self._links.run(lambda redis: redis.zrem(self._key, self._token))
        except Unavailable:
            _log.debug("stream_slot_left_to_expire")


async def open_stream(links: Links, user_id: UUID, limit: int, lease: float = LEASE_SECONDS) -> StreamSlot | None:
    """A slot, or None when the user has ``limit`` streams open; ValueError for a limit below 1."""
    if limit < 1:
        raise ValueError("a limit on open streams is at least 1")
    slot = StreamSlot(links, user_id, lease)
    return slot if await slot.take(limit) else None
